// SPDX-License-Identifier: Apache-2.0
#include "config/partial.hpp"

#include "config/describe.hpp"
#include "config/suggest.hpp"

#include <algorithm>
#include <set>

namespace troupe::config {

namespace {

/// Runs nothing: gives the output that it was given.
void pin(plan::node& x, const value& output) {
  static const auto kind = std::make_shared<const step_kind>(step_kind{
    .name = "pinned",
    .run = inline_fn{[](const step_input& in) -> step_output { return in.param("output"); }}});
  plan::node pinned{.id = x.id, .path = x.path, .type = "pinned"};
  plan::step step{.kind = kind};
  step.params.content = value::object({{"output", output}});
  pinned.body = std::move(step);
  pinned.set = x.set;
  pinned.meta = x.meta;
  pinned.slot = x.slot;
  x = std::move(pinned);
}

class cutter {
public:
  explicit cutter(const flow_part& which) : which_{which} {}

  /// Pins what is to be pinned below; whether something was.
  bool pin_inside(plan::node& x) {
    auto is_changed = pin_or_look_inside(x);
    if (is_changed)
      x.place.reset(); // a worker would run what is pinned here
    return is_changed;
  }

  const std::set<std::string>& used() const { return used_; }

private:
  bool pin_or_look_inside(plan::node& x) {
    if (auto found = which_.pins.find(x.id); found != which_.pins.end()) {
      pin(x, found->second);
      used_.insert(found->first);
      return true;
    }
    auto any = false;
    plan::each_inner(x, [&](plan::node& inner) { any = pin_inside(inner) || any; });
    return any;
  }

  const flow_part& which_;
  std::set<std::string> used_;
};

unexpected<error> refuse(const std::string& message) {
  return failure(errc::invalid_input, message);
}

std::vector<std::string> ids_of(const std::vector<plan::node>& all) {
  std::vector<std::string> ids;
  for (auto& x : all)
    ids.push_back(x.id);
  return ids;
}

void collect_paths(plan::node& x, std::set<std::string>& out) {
  if (x.type != "pinned")
    out.insert(x.path);
  plan::each_inner(x, [&](plan::node& inner) { collect_paths(inner, out); });
}

void collect_ids(plan::node& x, std::set<std::string>& out) {
  out.insert(x.id);
  plan::each_inner(x, [&](plan::node& inner) { collect_ids(inner, out); });
}

/// The first word of `fetch.response[0]`, of `steps.fetch.metrics`, or of `$fetch`.
std::string root_of(std::string text) {
  if (text.starts_with("steps."))
    text.erase(0, 6);
  if (text.starts_with("$"))
    text.erase(0, 1);
  return text.substr(0, text.find_first_of(".[?"));
}

void collect_reads(const nlohmann::json& x, std::set<std::string>& out) {
  for (auto& one : x.value("reads", nlohmann::json::array()))
    out.insert(root_of(one.get<std::string>()));
  for (auto key : {"children", "fallback"})
    for (auto& inner : x.value(key, nlohmann::json::array()))
      collect_reads(inner, out);
}

} // namespace

expected<std::shared_ptr<plan::flow>> take_part(const plan::flow& x, const flow_part& which) {
  auto out = std::make_shared<plan::flow>(x);
  if (which.only.empty() && which.from.empty() && which.pins.empty())
    return out;
  auto list = std::get_if<plan::sequence>(&out->root.body);
  if (!list || !list->next.empty())
    return refuse("a part can be run of a pipeline that goes from one node to the next, not of one "
                  "with `next` or `depends_on`");
  auto& nodes = list->children;
  auto wanted = which.only.empty() ? which.from : which.only;
  auto begin = wanted.empty() ? nodes.begin()
                              : std::find_if(nodes.begin(), nodes.end(),
                                             [&](auto& node) { return node.id == wanted; });
  if (begin == nodes.end()) {
    auto hint = did_you_mean(wanted, ids_of(nodes));
    return refuse("the pipeline has no node \"" + wanted + "\"" +
                  (hint.empty() ? "" : "; " + hint));
  }
  std::set<std::string> all_ids, kept_ids;
  for (auto& node : nodes)
    collect_ids(node, all_ids);

  cutter pins{which};
  std::vector<plan::node> kept;
  for (auto node = nodes.begin(); node != nodes.end(); ++node) {
    auto is_wanted = node == begin || (which.only.empty() && node > begin);
    auto is_pinned = pins.pin_inside(*node);
    if (is_wanted || (is_pinned && node < begin && which.pins.contains(node->id)))
      kept.push_back(std::move(*node));
  }
  for (auto& [id, output] : which.pins)
    if (!pins.used().contains(id))
      return refuse("there is no node \"" + id + "\" to pin");
  nodes = std::move(kept);
  std::set<std::string> run_paths;
  for (auto& node : nodes) {
    collect_ids(node, kept_ids);
    collect_paths(node, run_paths);
  }
  std::erase_if(out->checks, [&](auto& check) { return !run_paths.contains(check.path); });
  if (!which.only.empty())
    out->output.reset(); // it may be made from what is not run

  std::set<std::string> reads;
  auto described = describe(*out);
  for (auto& node : described["nodes"])
    collect_reads(node, reads);
  for (auto& id : reads)
    if (all_ids.contains(id) && !kept_ids.contains(id))
      return refuse("what is left reads the output of \"" + id +
                    "\", which is not run; give it: --pin " + id + "=FILE");
  return out;
}

} // namespace troupe::config
