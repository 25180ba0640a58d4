// SPDX-License-Identifier: Apache-2.0
#include "tests/property/referee.hpp"

#include <queue>

namespace troupe::test {

using nlohmann::json;

/// A group ends by itself when its outcome is decided and all that it started has answered; or when
/// it was told to stop before that, and all has answered.
void referee::check_times(const step_result& r, const scene& s, moment limit,
                          const natural_end& natural, moment last) {
  auto stop = std::min(s.stop, limit);
  auto end = natural.at == never ? never : std::max(natural.at, last);
  if (r.status == status::cancelled || is_late(r)) {
    auto why = r.status == status::cancelled ? s.stop : limit;
    want(why == stop && stop <= end, r.path, "an end at " + text(end),
         std::string{to_string(r.error->code)} + " at " + text(end_of(r)));
    want(end_of(r) == std::max(stop, last), r.path, "an end at " + text(std::max(stop, last)),
         text(end_of(r)));
    return;
  }
  want(natural.at <= stop && end_of(r) == end, r.path, "an end at " + text(std::min(end, stop)),
       text(end_of(r)));
}

/// The status, code and output that the body had to have, then `set`.
void referee::check_result(const document& node, const step_result& r, const scene& s,
                           natural_end natural, ending& e) {
  if (natural.how == status::succeeded || natural.how == status::degraded) {
    auto sees = s.seen();
    sees.result = natural.output;
    sees.outputs.insert(e.left.begin(), e.left.end());
    if (node.contains("sequence"))
      sees.context = with(sees.context, e.changes);
    if (node.contains("set"))
      for (auto& [key, wanted] : node["set"].items()) {
        auto found = filled_in(json(wanted), sees);
        if (!found) {
          natural = {.how = status::failed, .codes = {"unresolved_reference"}};
          break;
        }
        e.changes[key] = *found;
      }
  }
  e.how = r.status;
  want_same(r.path, "status", to_string(natural.how), to_string(r.status));
  if (!e.ok()) {
    e.changes.clear();
    e.left.clear();
    if (r.error && natural.how == status::failed)
      want(natural.codes.contains(std::string{to_string(r.error->code)}), r.path,
           "the code " + json(natural.codes).dump(), std::string{to_string(r.error->code)});
    if (node.contains("parallel"))
      return; // its output has been looked at
    natural.output = json();
  }
  if (e.success())
    want_same(r.path, "quality", e.quality.value_or(-1), r.quality.value_or(-1));
  e.output = natural.output.value_or(json());
  want_same(r.path, "output", e.output, r.output.json());
}

ending referee::sequence(const document& node, const document& children, const step_result& r,
                         const scene& s, moment limit) {
  auto stop = std::min(s.stop, limit);
  auto here = s;
  here.stop = stop;
  ending e{.end = end_of(r), .how = r.status, .output = {}};
  natural_end natural{.at = s.start};
  auto is_degraded = false;
  auto last = s.start;
  want(r.children.size() == children.size(), r.path, std::to_string(children.size()) + " children",
       std::to_string(r.children.size()));
  for (size_t i = 0; i < std::min(children.size(), r.children.size()); ++i) {
    auto& x = *r.children[i];
    auto may_begin = natural.how == status::succeeded && natural.at <= stop;
    if (has_not_begun(x)) {
      want(!may_begin || natural.at == stop, x.path, "a start at " + text(natural.at), "none");
      if (natural.how == status::succeeded)
        natural.at = never;
      continue;
    }
    want(may_begin, x.path, "no start", "one at " + text(start_of(x)));
    here.start = natural.at;
    auto child = whole(children[i], x, here);
    e.spent += child.spent;
    last = natural.at = child.end;
    here.input = child.output;
    here.context = with(here.context, child.changes);
    e.quality = child.quality;
    is_degraded = is_degraded || child.how == status::degraded;
    for (auto& [key, wanted] : child.changes)
      e.changes[key] = wanted;
    for (auto& [id, output] : child.left)
      e.left[id] = here.outputs[id] = output;
    if (child.how == status::cancelled)
      natural.at = never;
    if (child.how == status::failed) {
      natural.how = status::failed;
      natural.codes = {std::string{to_string(x.error->code)}};
    }
  }
  check_times(r, s, limit, natural, last);
  if (r.status == status::cancelled || is_late(r)) {
    e.changes.clear(), e.left.clear();
    return e;
  }
  if (natural.how == status::succeeded && is_degraded)
    natural.how = status::degraded;
  natural.output = here.input;
  check_result(node, r, s, natural, e);
  return e;
}

namespace {

struct branch {
  std::string name;
  document node;
};

/// Branches as nodes, whichever way they are written.
std::vector<branch> branches_of(const document& node) {
  std::vector<branch> all;
  auto& written = node["parallel"];
  for (auto& [name, x] : written.items())
    if (written.is_array())
      all.push_back({x["id"].get<std::string>(), x});
    else
      all.push_back({name, x.is_array() ? document{{"sequence", x}} : x});
  return all;
}

std::string strategy_of(const document& node) {
  if (!node.contains("merge"))
    return "collect_all";
  return node["merge"].is_object() ? node["merge"].begin().key() : node["merge"].get<std::string>();
}

bool looks_for_winners(const std::string& strategy) {
  return strategy == "first_success" || strategy == "best_quality";
}

bool is_fail_fast(const document& node) {
  auto usual = looks_for_winners(strategy_of(node)) ? "continue" : "fail_fast";
  return node.value("on_error", usual) == "fail_fast";
}

json entry_of(const step_result& x) {
  return has_not_begun(x) ? json() : as_value(x, {.children = false}).json();
}

json list_of(const step_result& r) {
  auto all = json::array();
  for (auto& x : r.children)
    all.push_back(entry_of(*x));
  return all;
}

} // namespace

/// Looks at each branch: that it began when it was its turn, and how it ended.
std::vector<ending> referee::branches(const document& node, const step_result& r, const scene& s,
                                      moment stop) {
  auto all = branches_of(node);
  std::vector<ending> out;
  std::priority_queue<moment, std::vector<moment>, std::greater<>> ends;
  auto workers = node.value("max_workers", all.size());
  auto turn = s.start;
  auto here = s;
  here.stop = stop;
  for (size_t i = 0; i < all.size(); ++i) {
    auto& x = *r.children[i];
    if (i >= workers && turn != never) {
      turn = ends.empty() ? never : ends.top();
      if (!ends.empty())
        ends.pop();
    }
    if (has_not_begun(x)) {
      want(turn >= stop, x.path, "a start at " + text(turn), "none");
      turn = never;
      out.push_back({.end = s.start, .how = status::cancelled, .output = {}});
      continue;
    }
    want(turn <= stop, x.path, "no start", "one at " + text(start_of(x)));
    want_same(x.path, "path", r.path + "/" + all[i].name, x.path);
    here.start = turn;
    out.push_back(whole(all[i].node, x, here));
    ends.push(out.back().end);
  }
  return out;
}

ending referee::parallel(const document& node, const step_result& r, const scene& s, moment limit) {
  auto stop = std::min(s.stop, limit);
  auto fail_fast = is_fail_fast(node);
  auto wants_first = strategy_of(node) == "first_success";
  ending e{.end = end_of(r), .how = r.status, .output = {}};
  auto count = node["parallel"].size();
  want(r.children.size() == count, r.path, std::to_string(count) + " branches",
       std::to_string(r.children.size()));
  if (r.children.size() != count)
    return e;
  auto decided = never; // when one branch alone decided it
  for (auto& x : r.children)
    if ((fail_fast && x->status == status::failed) || (wants_first && x->success()))
      decided = std::min(decided, end_of(*x));
  auto all = branches(node, r, s, std::min(stop, decided));

  natural_end natural{.at = decided};
  auto last = s.start;
  auto all_ended = true;
  for (size_t i = 0; i < all.size(); ++i) {
    last = std::max(last, all[i].end);
    all_ended = all_ended && all[i].how != status::cancelled;
    e.spent += all[i].spent;
  }
  if (decided == never && all_ended)
    natural.at = last;
  outcome(node, r, s, all, natural, e);
  check_times(r, s, limit, natural, last);
  auto is_stopped = r.status == status::cancelled || is_late(r);
  if (!is_stopped)
    check_result(node, r, s, natural, e);
  else
    e.changes.clear(), e.left.clear();
  // FINDINGS 2: not that of a group whose tries ran out of time.
  auto may_be_null = r.error && (r.error->code == errc::merge_conflict || is_late(r));
  if (r.status == status::failed && !(may_be_null && r.output.is_null()))
    want_same(r.path, "output of a failure", list_of(r), r.output.json());
  return e;
}

/// What the branches add up to, were the group not stopped.
void referee::outcome(const document& node, const step_result& r, const scene& s,
                      const std::vector<ending>& all, natural_end& natural, ending& e) {
  if (natural.at == never)
    return;
  auto fail = [&](std::set<std::string> codes) {
    natural.how = status::failed;
    natural.codes = std::move(codes);
  };
  std::set<std::string> causes; // of those that failed first
  auto first = never;
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i].how == status::failed && all[i].end <= first) {
      if (all[i].end < first)
        causes.clear();
      first = all[i].end;
      causes.insert(std::string{to_string(r.children[i]->error->code)});
    }
  if (is_fail_fast(node) && first != never)
    return fail(causes);
  auto count = [&](auto&& is) {
    return static_cast<size_t>(std::count_if(all.begin(), all.end(), is));
  };
  auto successes = count([](auto& x) { return x.success(); });
  if (count([](auto& x) { return x.how == status::skipped; }) == all.size()) {
    natural.how = status::skipped;
    natural.output = s.input;
    return;
  }
  auto strategy = strategy_of(node);
  auto needed =
    is_fail_fast(node) || strategy == "first_success" ? 0 : node.value("min_success", 1U);
  if (successes < needed || (strategy == "first_success" && successes == 0))
    return fail(causes.empty() ? std::set<std::string>{"step_failed"} : causes);
  if (looks_for_winners(strategy))
    return pick(node, r, s, all, natural, e);

  std::vector<json> outputs;
  std::vector<delta> wanted;
  auto named = json::object();
  auto listed = json::array();
  for (size_t i = 0; i < all.size(); ++i) {
    auto& x = all[i];
    named[r.children[i]->name] = x.success() ? x.output : json();
    listed.push_back(x.success() ? x.output : json());
    if (!x.ok() || x.how == status::degraded)
      natural.how = status::degraded;
    if (!x.success())
      continue;
    outputs.push_back(x.output);
    wanted.push_back(x.changes);
    e.left.insert(x.left.begin(), x.left.end());
  }
  natural.output = strategy == "collect_all" ? list_of(r) : strategy == "by_name" ? named : listed;
  if (strategy == "combine_outputs") {
    auto& rule = node["merge"];
    auto separator = rule.is_object() ? rule["combine_outputs"].value("separator", "\n") : "\n";
    natural.output = combined(outputs, separator);
    if (!natural.output)
      return fail({"merge_conflict"});
  }
  merge_changes(node, s, wanted, natural, e);
}

void referee::merge_changes(const document& node, const scene& s, const std::vector<delta>& wanted,
                            natural_end& natural, ending& e) {
  auto policy_of = [&](const std::string& key) -> std::string {
    auto rules = node.contains("context_merge") ? node["context_merge"] : document::object();
    if (rules.contains(key))
      return rules[key].get<std::string>();
    if (flow_.contains("context") && flow_["context"].contains(key) &&
        flow_["context"][key].contains("merge"))
      return flow_["context"][key]["merge"].get<std::string>();
    return rules.value("*", "last_write_wins");
  };
  auto changes = joined(s.context, wanted, policy_of);
  if (changes)
    e.changes = *changes;
  else
    natural = {.at = natural.at, .how = status::failed, .codes = {"merge_conflict"}};
}

/// The winner alone counts: its status, its output, its changes.
void referee::pick(const document& node, const step_result& r, const scene& s,
                   const std::vector<ending>& all, natural_end& natural, ending& e) {
  std::optional<size_t> winner;
  std::vector<std::optional<double>> quality;
  if (strategy_of(node) == "first_success") {
    auto name = r.metadata.contains("winner") ? r.metadata.at("winner").json() : json();
    for (size_t i = 0; i < all.size(); ++i)
      if (r.children[i]->name == name && all[i].success() && all[i].end == natural.at)
        winner = i;
    if (!winner && (r.status == status::cancelled || is_late(r)))
      return;
    want(winner.has_value(), r.path, "a winner that ended at " + text(natural.at), name.dump());
  } else {
    auto& rule = node["merge"];
    auto is_scored = rule.is_object() && rule["best_quality"].contains("score");
    if (is_scored)
      quality = scores(rule["best_quality"]["score"], r, s, all, natural, e);
    for (size_t i = 0; i < all.size(); ++i) {
      quality.resize(all.size());
      if (!quality[i]) // FINDINGS 3
        quality[i] = all[i].quality;
      auto better = [&] {
        return quality[i] && (!quality[*winner] || *quality[i] > *quality[*winner]);
      };
      if (all[i].success() && (!winner || better()))
        winner = i;
    }
  }
  if (!winner)
    return;
  auto& won = all[*winner];
  natural.how = won.how;
  natural.output = won.output;
  e.changes = won.changes;
  e.quality = quality.empty() ? won.quality : quality[*winner];
  if (strategy_of(node) == "first_success")
    e.left = won.left;
  else
    for (auto& x : all)
      if (x.success())
        e.left.insert(x.left.begin(), x.left.end());
}

/// Scoring nodes run once all branches have ended; their results are not in the tree.
std::vector<std::optional<double>> referee::scores(const document& score, const step_result& r,
                                                   const scene& s, const std::vector<ending>& all,
                                                   natural_end& natural, ending& e) {
  std::vector<std::optional<double>> out;
  auto here = s;
  auto path = r.path + "/" + score["id"].get<std::string>();
  here.start = natural.at;
  for (auto& x : all) {
    out.emplace_back();
    if (!x.success())
      continue;
    here.input = x.output;
    auto scored = script(score, path, here);
    natural.at = std::max(natural.at, scored.at);
    if (scored.output && scored.output->is_number())
      out.back() = scored.output->get<double>();
    if (scored.codes.contains("unresolved_reference"))
      continue;
    auto call = std::find_if(calls_.begin(), calls_.end(), [&](auto& known) {
      return known.first == path && ms_of(known.second->at) == here.start &&
             known.second->input == x.output;
    });
    if (call != calls_.end()) {
      calls_.erase(call);
      e.spent += bill_for(score, here, r.status != status::cancelled && !is_late(r));
    } else {
      want(here.start >= s.stop || !r.success(), path, "a call at " + text(here.start), "none");
    }
  }
  return out;
}

} // namespace troupe::test
