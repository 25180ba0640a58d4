// SPDX-License-Identifier: Apache-2.0
#include "tests/property/joins.hpp"
#include "tests/property/referee.hpp"
#include "tests/property/turns.hpp"

namespace troupe::test {

using nlohmann::json;

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

bool looks_for_winners(const std::string& strategy) {
  return strategy == "first_success" || strategy == "best_quality" || strategy == "quorum" ||
         strategy == "majority_vote";
}

bool is_fail_fast(const document& node) {
  auto usual = looks_for_winners(strategy_of(node)) ? "continue" : "fail_fast";
  return node.value("on_error", usual) == "fail_fast";
}

} // namespace

json referee::list_of(const step_result& r, size_t most) const {
  auto all = json::array();
  for (auto& x : r.children) // what joins the branches is not one of them
    if (all.size() < most)
      all.push_back(has_not_begun(*x) ? json() : as_value(*x, {.children = false}).json());
  return all;
}

/// A branch for which no item is left.
ending referee::not_needed(const step_result& x, moment turn) {
  want_same(x.path, "status", "skipped", to_string(x.status));
  want_same(x.path, "output", json::array(), x.output.json());
  want(start_of(x) == turn && end_of(x) == turn, x.path, "an end at " + text(turn),
       text(end_of(x)));
  return {.end = turn, .how = status::skipped, .output = json::array()};
}

/// Looks at each branch: that it began when it was its turn, and how it ended.
std::vector<ending> referee::branches(const document& node, const step_result& r, const scene& s,
                                      moment stop) {
  auto all = branches_of(node);
  std::vector<ending> out;
  turns order{node.value("max_workers", all.size()), s.start};
  hedged_turns hedge{s.start, node.contains("hedge") ? time_in(node["hedge"], "after") : never};
  auto here = s;
  here.stop = stop;
  here.context = shared_context(node, s);
  auto inputs = dealt_out(node, s.input, all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    auto& x = *r.children[i];
    auto is_doubled = i + 1 < all.size() && !has_not_begun(*r.children[i + 1]) &&
                      start_of(*r.children[i + 1]) == start_of(x);
    auto turn = node.contains("hedge") ? hedge.next(is_doubled) : order.next();
    if (has_not_begun(x)) {
      want(turn >= stop, x.path, "a start at " + text(turn), "none");
      order.pass();
      hedge.pass();
      out.push_back({.end = s.start, .how = status::cancelled, .output = {}});
      continue;
    }
    want(turn <= stop, x.path, "no start", "one at " + text(start_of(x)));
    want_same(x.path, "path", r.path + "/" + all[i].name, x.path);
    here.start = turn;
    if (!inputs || !inputs->at(i)) {
      out.push_back(not_needed(x, turn));
      order.ended(turn);
      hedge.failed(turn);
      continue;
    }
    here.input = *inputs->at(i);
    out.push_back(whole(all[i].node, x, here));
    order.ended(out.back().end);
    if (!out.back().success())
      hedge.failed(out.back().end);
  }
  return out;
}

ending referee::parallel(const document& node, const step_result& r, const scene& s, moment limit) {
  auto stop = std::min(s.stop, limit);
  auto fail_fast = is_fail_fast(node);
  auto wants_first = strategy_of(node) == "first_success";
  ending e{.end = end_of(r), .how = r.status, .output = {}};
  auto count = node["parallel"].size();
  auto joiners = strategy_of(node) == "node" ? 1U : 0U;
  want(r.children.size() == count + joiners, r.path, std::to_string(count) + " branches",
       std::to_string(r.children.size()));
  if (r.children.size() != count + joiners)
    return e;
  if (!dealt_out(node, s.input, count)) {
    natural_end refused{.at = s.start, .how = status::failed, .codes = {"invalid_input"}};
    return conclude(document::object(), r, s, limit, refused, s.start, e);
  }
  auto decided = never; // when one branch alone decided it
  auto early = early_end_of(node, r, count);
  decided = early.at;
  for (auto& x : r.children)
    if (x == r.children[count - 1 + joiners] && joiners > 0)
      break; // that joins the others
    else if ((fail_fast && x->status == status::failed) || (wants_first && x->success()))
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
  outcome(node, r, s, stop, all, natural, e);
  if (joiners > 0 && !has_not_begun(*r.children.back()))
    last = std::max(last, end_of(*r.children.back()));
  check_times(r, s, limit, natural, last);
  auto is_stopped = r.status == status::cancelled || is_late(r);
  if (!is_stopped)
    check_result(node, r, s, natural, e);
  else
    e.changes.clear(), e.left.clear();
  check_failed_list(r, list_of(r, count), e);
  return e;
}

/// A group that failed tells what there is of its branches.
void referee::check_failed_list(const step_result& r, const json& list, ending& e) {
  // That of a group whose tries ran out of time, or whose contexts do not merge, may be missing;
  // likewise if its `set` has failed.
  auto is_own = r.error && r.error->path == r.path;
  auto may_be_null = is_own && (r.error->code == errc::merge_conflict || is_late(r) ||
                                r.error->code == errc::unresolved_reference);
  if (r.status == status::failed && !(may_be_null && r.output.is_null()))
    want_same(r.path, "output of a failure", list, r.output.json());
  if (r.status == status::failed)
    e.output = r.output.json();
}

/// What the branches add up to, were the group not stopped.
void referee::outcome(const document& node, const step_result& r, const scene& s, moment stop,
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
  if (is_fail_fast(node) && first != never && early_end_of(node, r, all.size()).at == never)
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
  size_t needed =
    is_fail_fast(node) || strategy == "first_success" ? 0 : node.value("min_success", 1U);
  if (strategy == "majority_vote" && successes == 0)
    needed = std::max<size_t>(needed, 1);
  auto is_early = early_end_of(node, r, all.size()).at != never;
  if ((successes < needed && !is_early) || (strategy == "first_success" && successes == 0))
    return fail(causes.empty() ? std::set<std::string>{"step_failed"} : causes);
  natural.codes = causes;
  if (strategy == "quorum" || strategy == "majority_vote")
    return elect(node, r, s, all, natural, e);
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
  natural.output = strategy == "collect_all" ? list_of(r, all.size())
                   : strategy == "by_name"   ? named
                                             : listed;
  if (strategy == "combine_outputs") {
    auto& rule = node["merge"];
    auto separator = rule.is_object() ? rule["combine_outputs"].value("separator", "\n") : "\n";
    natural.output = combined(outputs, separator);
    if (!natural.output)
      return fail({"merge_conflict"});
  }
  if (strategy == "reduce" || strategy == "node")
    reduce(node, r, s, stop, wanted, natural, e);
  if (natural.how != status::failed && natural.at != never)
    merge_changes(node, s, wanted, natural, e);
}

std::string referee::policy_for(const document& rules, const std::string& key) const {
  if (rules.contains(key))
    return rules[key].get<std::string>();
  auto declared = flow_->value("context", document::object()).value(key, document::object());
  if (declared.contains("merge"))
    return declared["merge"].get<std::string>();
  return rules.value("*", "last_write_wins");
}

void referee::merge_changes(const document& node, const scene& s, const std::vector<delta>& wanted,
                            natural_end& natural, ending& e) {
  auto rules = node.contains("context_merge") ? node["context_merge"] : document::object();
  auto policy_of = [&](const std::string& key) { return policy_for(rules, key); };
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
      if (!is_scored)
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
  auto node = r.path + "/" + score["id"].get<std::string>();
  here.start = natural.at;
  for (auto& x : all) {
    auto path = node + (out.empty() ? "" : "#" + std::to_string(out.size() + 1)); // by branch
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
