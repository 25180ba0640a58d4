// SPDX-License-Identifier: Apache-2.0
#include "tests/property/reference.hpp"

#include "tests/property/referee.hpp"

namespace troupe::test {

using nlohmann::json;

std::vector<std::string> complaints_about(const document& flow, const performance& what) {
  return referee{flow, what}.judge();
}

moment ms_of(duration x) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(x).count();
}

moment start_of(const step_result& r) { return ms_of(r.started_at.time_since_epoch()); }

moment end_of(const step_result& r) { return start_of(r) + ms_of(r.duration); }

moment time_in(const document& node, const char* key) {
  return node.contains(key) ? std::stoll(node[key].get<std::string>()) : never;
}

bool referee::has_not_begun(const step_result& r) const {
  return r.status == status::skipped && !told_.contains(&r);
}

const step_result* referee::ended_within(const std::string& path, moment from, moment to) const {
  auto [begin, end] = ended_.equal_range(path);
  const step_result* found = nullptr;
  for (auto i = begin; i != end; ++i)
    if (start_of(*i->second) >= from && end_of(*i->second) <= to)
      found = i->second;
  return found;
}

const step_result* referee::child_of(const step_result& r, const std::string& path) const {
  for (auto& x : r.children)
    if (x->path == path && !has_not_begun(*x))
      return x.get();
  return nullptr;
}

std::string inside(const std::string& path, const document& node, size_t visit) {
  auto again = inside(path, node["id"].get<std::string>(), visit);
  return node.contains("loop") && visit == 1 ? again + "#1" : again;
}

std::string inside(const std::string& path, const std::string& name, size_t visit) {
  return (path.empty() ? "" : path + "/") + name + (visit > 1 ? "#" + std::to_string(visit) : "");
}

std::set<std::string> ids_in(const document& x) {
  std::set<std::string> all;
  if (x.is_object() && x.contains("id") && x["id"].is_string())
    all.insert(x["id"].get<std::string>());
  if (x.is_structured())
    for (auto& member : x)
      all.merge(ids_in(member));
  return all;
}

std::string code_of(const step_result& r) { return std::string{to_string(r.error->code)}; }

bool is_late(const step_result& r) {
  return r.status == status::failed && r.error->code == errc::timeout && r.error->path == r.path;
}

std::string text(moment x) { return x == never ? "never" : std::to_string(x) + " ms"; }

referee::referee(const document& flow, const performance& what)
  : document_{flow}, flow_{&flow}, what_{what} {
  for (auto& x : what.calls)
    calls_.emplace(x.path, &x);
  for (auto& x : what.ended) {
    ended_.emplace(x->path, x.get());
    told_.insert(x.get());
  }
}

void referee::want(bool is_so, const std::string& path, const std::string& wanted,
                   const std::string& found) {
  if (!is_so)
    complaints_.push_back((path.empty() ? "the run" : path) + ": wanted " + wanted + ", found " +
                          found);
}

void referee::want_same(const std::string& path, const std::string& what, const json& wanted,
                        const json& found) {
  if (wanted != found)
    want(false, path, what + " " + wanted.dump(), found.dump());
}

std::vector<std::string> referee::judge() {
  want(what_.refusal.empty(), "", "a valid flow", what_.refusal);
  want(!what_.is_endless, "", "an end", "none");
  if (!what_.result || !what_.refusal.empty())
    return complaints_;
  want(what_.starts == what_.answers, "",
       "one `finished` for each of " + std::to_string(what_.starts) + " `start`s",
       std::to_string(what_.answers));
  want(what_.left_alive == 0, "", "nobody left", std::to_string(what_.left_alive) + " actors");
  auto found = bill_of(what_.result->metrics);
  want(found == what_.spent, "", "a bill of " + to_string(what_.spent), to_string(found));
  check_events();
  scene first{.input = json::object(), .context = {}};
  if (what_.cancelled_at)
    first.stop = ms_of(*what_.cancelled_at);
  first.context = begin_of(document_);
  auto& tree = *what_.result->tree;
  auto shape = document::object();
  if (document_.contains("output"))
    shape["output"] = document_["output"];
  auto root = sequence(shape, document_["pipeline"], tree, first, never);
  check_run(root);
  for (auto& [path, call] : calls_)
    want(false, path, "no call at " + text(ms_of(call->at)), "one that nothing explains");
  return complaints_;
}

/// Of each path: starts and ends take turns, what started ends, and within the time of its parent.
void referee::check_events() {
  std::map<std::string, int> open;
  uint64_t last = 0;
  for (auto& x : what_.events) {
    ++last;
    want(x.number == last, x.path, "event " + std::to_string(last), std::to_string(x.number));
    if (x.type == event_type::step_started)
      want(++open[x.path] <= 1, x.path, "one start at a time", std::to_string(open[x.path]));
    if (x.type != event_type::step_finished)
      continue;
    auto found = open.find(x.path);
    auto has_started = found != open.end() && found->second > 0;
    auto how = x.data.value("status", "");
    want(has_started || how == "skipped" || how == "cancelled" || how == "failed", x.path,
         "a start before its end", "none");
    if (has_started && --found->second == 0)
      open.erase(found);
    for (auto mark : {"/", "[", "#"}) { // what is inside, items, and rounds; visits do not overlap
      auto below = open.lower_bound(x.path + mark);
      want(below == open.end() || !below->first.starts_with(x.path + mark), x.path,
           "children that end before it", below == open.end() ? "" : below->first);
    }
  }
  for (auto& [path, count] : open)
    want(false, path, "an end of what started", "none");
  want(!what_.events.empty() && what_.events.back().type == event_type::run_finished, "",
       "run_finished as the last event", "another");
}

void referee::check_run(const ending& root) {
  auto& x = *what_.result;
  auto how = root.how;
  auto output = root.output;
  auto context = with(begin_of(document_), root.changes);
  if (how == status::failed || how == status::cancelled)
    output = nullptr;
  want_same("", "status", to_string(how), to_string(x.status));
  want_same("", "output", output, x.output.json());
  want_same("", "context", context, x.context.json());
  auto is_failure = x.status == status::failed || x.status == status::cancelled;
  want(x.error.has_value() == is_failure, "", "an error if it failed", to_string(x.status).data());
}

} // namespace troupe::test
