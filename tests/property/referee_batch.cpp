// SPDX-License-Identifier: Apache-2.0
#include "tests/property/referee.hpp"
#include "tests/property/turns.hpp"

namespace troupe::test {

using nlohmann::json;

namespace {

document spec_of(const document& node) {
  auto& written = node["batch"];
  return written.is_object() ? written : document{{"items", written}};
}

/// What each run of the node gets.
std::vector<json> parts_of(const json& items, size_t size) {
  std::vector<json> parts;
  for (size_t i = 0; i < items.size(); ++i)
    if (size == 0)
      parts.push_back(items[i]);
    else if (i % size == 0)
      parts.push_back(json::array({items[i]}));
    else
      parts.back().push_back(items[i]);
  return parts;
}

/// So many failures do not end it.
size_t failures_allowed(const document& spec, size_t parts) {
  if (!spec.contains("tolerated"))
    return spec.value("on_error", "fail_fast") == "continue" ? parts : 0;
  auto& most = spec["tolerated"];
  if (most.is_number())
    return most.get<size_t>();
  return parts * std::stoul(most.get<std::string>()) / 100;
}

json entry_of(const json& item, const json& output) {
  if (!output.is_object())
    return {{"item", item}, {"value", output}};
  auto entry = output;
  entry["item"] = item;
  return entry;
}

} // namespace

ending referee::batch(const document& node, const step_result& r, const scene& s) {
  auto spec = spec_of(node);
  ending e;
  natural_end natural{.at = s.start};
  auto items = filled_in(json(spec["items"]), s.seen());
  if (!items || !items->is_array()) {
    natural.how = status::failed;
    natural.codes = {items ? "invalid_input" : "unresolved_reference"};
    return conclude(document::object(), r, s, never, natural, s.start, e);
  }
  auto parts = parts_of(*items, spec.value("batch_size", 0U));
  std::vector<const step_result*> results;
  std::vector<moment> failures;
  for (size_t i = 0; i < parts.size(); ++i) {
    auto path = r.path + "[" + std::to_string(i) + "]";
    auto told = child_of(r, path); // a cancel that was a timeout
    results.push_back(told ? told : ended_within(path, s.start, end_of(r)));
    if (results.back() && results.back()->status == status::failed)
      failures.push_back(end_of(*results.back()));
  }
  std::sort(failures.begin(), failures.end());
  auto allowed = failures_allowed(spec, parts.size());
  auto decided = failures.size() > allowed ? failures[allowed] : never;

  auto here = s;
  here.stop = std::min(s.stop, decided);
  auto name = spec.value("as", "item");
  turns order{spec.value("parallel", false) ? spec.value("max_concurrent", 10U) : 1, s.start};
  std::vector<ending> all;
  auto last = s.start;
  auto all_ended = true;
  for (size_t i = 0; i < parts.size(); ++i) {
    auto turn = order.next();
    if (!results[i]) {
      want(turn >= here.stop, r.path + "[" + std::to_string(i) + "]", "a start at " + text(turn),
           "none");
      order.pass();
      all.push_back({.end = s.start, .how = status::cancelled, .output = {}});
      all_ended = false;
      continue;
    }
    auto& x = *results[i];
    want(turn <= here.stop && start_of(x) == turn, x.path, "a start at " + text(turn),
         text(start_of(x)));
    here.start = turn;
    here.input = here.outputs[name] = parts[i];
    here.outputs["index"] = i;
    all.push_back(item(node, x, here));
    order.ended(all.back().end);
    last = std::max(last, all.back().end);
    all_ended = all_ended && all.back().how != status::cancelled;
    e.spent += all.back().spent;
  }
  natural.at = decided != never ? decided : all_ended ? last : never;
  add_up(node, spec, r, s, parts, all, natural, e);
  return conclude(document::object(), r, s, never, natural, last, e);
}

/// The batch's own output, and what becomes of the context.
void referee::add_up(const document& node, const document& spec, const step_result& r,
                     const scene& s, const std::vector<json>& parts, const std::vector<ending>& all,
                     natural_end& natural, ending& e) {
  auto results = json::array(), errors = json::array();
  std::vector<delta> changes;
  std::set<std::string> causes;
  auto first = never;
  size_t successes = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    auto& x = all[i];
    results.push_back(x.ok() ? entry_of(parts[i], x.output) : json());
    successes += x.ok() ? 1 : 0;
    if (x.ok())
      changes.push_back(x.changes);
    if (x.how == status::degraded)
      natural.how = status::degraded;
    if (x.how != status::failed)
      continue;
    auto told = child_of(r, r.path + "[" + std::to_string(i) + "]");
    want(told, r.path, "item " + std::to_string(i) + " among the children", "nothing");
    if (!told)
      continue;
    errors.push_back({{"index", i}, {"item", parts[i]}, {"error", told->error->message}});
    if (x.end < first)
      causes.clear();
    if (x.end <= first)
      causes.insert(code_of(*told));
    first = std::min(first, x.end);
  }
  want(r.children.size() == errors.size() || r.status == status::cancelled, r.path,
       std::to_string(errors.size()) + " items that failed", std::to_string(r.children.size()));
  auto is_parallel = spec.value("parallel", false);
  auto output = r.output.json();
  auto told = output.is_object() ? output.value("batch_metadata", json()) : json();
  if (told.is_object())
    told.erase("timing");
  json wanted{{"parallel", is_parallel},
              {"max_concurrent", is_parallel ? json(spec.value("max_concurrent", 10)) : json()}};
  auto has_output = r.ok() || !output.is_null(); // null if contexts do not merge
  if (has_output)
    want_same(r.path, "metadata", wanted, told);
  natural.output = {
    {"results", results},
    {"count", parts.size()},
    {"success_count", successes},
    {"error_count", errors.size()},
    {"errors", errors.empty() ? json() : errors},
    {"batch_metadata", output.is_object() ? output.value("batch_metadata", json()) : json()}};
  if (!errors.empty() && natural.how == status::succeeded)
    natural.how = status::degraded;
  auto has_failed = errors.size() > failures_allowed(spec, parts.size());
  if (has_failed || (!parts.empty() && successes == 0)) {
    natural.how = status::failed;
    natural.codes = causes;
    natural.output_of_failure = natural.output;
    return;
  }
  auto made = *natural.output;
  merge_changes(node, s, changes, natural, e);
  if (natural.how == status::failed && has_output)
    natural.output_of_failure = made;
}

} // namespace troupe::test
