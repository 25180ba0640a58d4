// SPDX-License-Identifier: Apache-2.0
#include "tests/property/referee.hpp"

namespace troupe::test {

using nlohmann::json;

ending referee::without_actor(const step_result& r, const scene& s, const std::string& code) {
  want_same(r.path, "status", "failed", to_string(r.status));
  if (r.error)
    want_same(r.path, "code", code, to_string(r.error->code));
  want(end_of(r) == s.start, r.path, "an end at " + text(s.start), text(end_of(r)));
  return {.end = s.start, .how = r.status, .output = {}};
}

ending referee::whole(const document& node, const step_result& r, scene s) {
  want(start_of(r) == s.start, r.path, "a start at " + text(s.start), text(start_of(r)));
  if (node.contains("id"))
    want_same(r.path, "name", json(node["id"]), r.name);
  if (r.status == status::cancelled && s.start == s.stop && end_of(r) == s.stop &&
      r.children.empty() && r.metrics.empty() && !call_at(r.path, s) &&
      !ended_within(r.path + "[0]", s.start, s.stop))
    return {.end = s.stop, .how = r.status, .output = {}}; // stopped before it did anything
  if (node.contains("when")) {
    auto is_true = holds(node["when"].get<std::string>(), s.input);
    if (!is_true)
      return without_actor(r, s, "expression_failed");
    if (!*is_true) {
      want_same(r.path, "status", "skipped", to_string(r.status));
      want_same(r.path, "output", s.input, r.output.json());
      want(end_of(r) == s.start, r.path, "an end at " + text(s.start), text(end_of(r)));
      return {.end = s.start, .how = status::skipped, .output = s.input};
    }
  }
  if (node.contains("input")) {
    auto input = filled_in(json(node["input"]), s.seen());
    if (!input)
      return without_actor(r, s, "unresolved_reference");
    s.input = *input;
  }
  auto e = node.contains("batch") ? batch(node, r, s) : item(node, r, s);
  if (e.success())
    e.left[r.name] = e.output;
  return e;
}

/// What a batch repeats: the node from `fallback` inwards.
ending referee::item(const document& node, const step_result& r, const scene& s) {
  auto e = node.contains("fallback") ? fallen_back(node, r, s) : guarded(node, r, s);
  want(e.spent == bill_of(r.metrics), r.path, "a bill of " + to_string(e.spent),
       to_string(bill_of(r.metrics)));
  return e;
}

/// The primary, and backups as far as they were tried; all are its children then.
ending referee::fallen_back(const document& node, const step_result& r, const scene& s) {
  auto is_told = r.metadata.contains("fallback_triggered");
  auto is_cancelled = r.status == status::cancelled;
  auto backups =
    node["fallback"].is_array() ? node["fallback"] : document::array({node["fallback"]});
  auto is_trigger = [&](const step_result& x) {
    if (x.status != status::failed || !node.contains("fallback_on"))
      return x.status == status::failed;
    auto& codes = node["fallback_on"];
    return std::find(codes.begin(), codes.end(), to_string(x.error->code)) != codes.end();
  };
  if (!is_told && !is_cancelled) {
    auto e = guarded(node, r, s);
    want(!is_trigger(r), r.path, "a backup after its failure", "none");
    return e;
  }
  ending e{.end = s.start, .how = status::cancelled, .output = {}};
  bill spent;
  want(r.children.size() <= 1 + backups.size(), r.path, "no more tries than backups", "more");
  for (size_t i = 0; i < std::min(r.children.size(), 1 + backups.size()); ++i) {
    auto& x = *r.children[i];
    auto here = s;
    here.start = e.end;
    if (i > 0)
      want(is_trigger(*r.children[i - 1]) && e.end <= s.stop, x.path, "no backup",
           "one after " + std::string{to_string(r.children[i - 1]->status)});
    e = i == 0 ? guarded(node, x, here) : whole(backups[i - 1], x, here);
    spent += e.spent;
  }
  e.spent = spent;
  auto last = r.children.empty() ? nullptr : r.children.back();
  if (is_cancelled) {
    want(end_of(r) == std::max(e.end, s.stop) && e.end >= s.stop, r.path,
         "a cancel at " + text(s.stop), text(end_of(r)));
    e.how = status::cancelled;
    e.end = end_of(r);
    return e;
  }
  want(last && r.children.size() >= 2, r.path, "a backup that was tried", "none");
  if (!last)
    return e;
  want(e.success() || r.children.size() == 1 + backups.size() || !is_trigger(*last), r.path,
       "the next backup", "none");
  want_same(r.path, "status", to_string(last->status), to_string(r.status));
  if (!e.ok())
    e.output = json();
  want_same(r.path, "output", e.output, r.output.json());
  want(end_of(r) == e.end, r.path, "an end at " + text(e.end), text(end_of(r)));
  if (!e.ok() && r.error) {
    std::string codes;
    for (auto at = &*r.error; at; at = at->cause.get())
      codes += std::string{to_string(at->code)} + " ";
    for (auto x = r.children.rbegin(); x != r.children.rend(); ++x) {
      auto code = std::string{to_string((*x)->error->code)};
      want(codes.find(code) != codes.npos, r.path, "the cause " + code, codes);
    }
  }
  return e;
}

ending referee::guarded(const document& node, const step_result& r, const scene& s) {
  auto timeout = time_in(node, "timeout"), deadline = time_in(node, "deadline");
  if (node.contains("retry") || node.contains("deadline"))
    return retried(node, r, s, deadline == never ? never : s.start + deadline);
  return body(node, r, s, timeout == never ? never : s.start + timeout);
}

moment referee::pause_after(const document& retry, int n, const json& error) const {
  double own = static_cast<double>(time_in(retry, "initial"));
  for (int i = 1; i < n; ++i)
    own *= retry.value("factor", 2.0);
  auto pause = std::min<moment>(static_cast<moment>(own),
                                retry.contains("max") ? time_in(retry, "max") : 60'000);
  if (error.contains("details") && error["details"].contains("retry_after"))
    pause =
      std::max<moment>(pause, std::llround(error["details"]["retry_after"].get<double>() * 1000));
  return pause;
}

namespace {

/// A deadline alone is that of a single try.
document retry_of(const document& node) {
  return node.contains("retry") ? node["retry"] : document{{"attempts", 1}, {"initial", "1000ms"}};
}

} // namespace

/// Whether another try follows one that failed.
bool referee::is_retried(const document& node, const scene& s, int tries, moment end,
                         const json& error) const {
  auto retry = retry_of(node);
  if (tries >= retry["attempts"].get<int>())
    return false;
  auto code = error["code"].get<std::string>();
  auto is_worth_it = retry.contains("on") ? std::find(retry["on"].begin(), retry["on"].end(),
                                                      code) != retry["on"].end()
                                          : error["retryable"].get<bool>();
  auto pause = pause_after(retry, tries, error);
  auto elapsed = end - s.start + pause;
  auto fits = !retry.contains("max_elapsed") || elapsed <= time_in(retry, "max_elapsed");
  auto is_asked = error.contains("details") && error["details"].contains("retry_after");
  auto in_time = !is_asked || elapsed <= time_in(node, "deadline");
  return is_worth_it && fits && in_time;
}

/// Of tries before the last only the errors are told.
ending referee::retried(const document& node, const step_result& r, const scene& s, moment limit) {
  if (r.status == status::cancelled)
    return cancelled_retry(node, r, s);
  auto failed = r.metadata.contains("failed_attempts") ? r.metadata.at("failed_attempts").json()
                                                       : json::array();
  want_same(r.path, "attempts", failed.size() + 1, r.attempts);
  auto timeout = time_in(node, "timeout");
  auto here = s;
  bill spent;
  int tries = 0;
  for (auto& x : failed) {
    auto own = timeout == never ? never : here.start + timeout;
    auto stop = std::min({s.stop, limit, own});
    here.tries = ++tries;
    auto end = here.start + x["duration_ms"].get<moment>();
    auto code = x["error"]["code"].get<std::string>();
    if (node.contains("type")) {
      auto natural = script(node, r.path, here);
      auto grace = grace_of(node, r.path, here);
      auto by_itself = natural.codes.contains(code) && end == natural.at && end <= stop;
      auto by_limit = code == "timeout" && stop == own && own <= natural.at && end == own + grace;
      want(by_itself || by_limit, r.path,
           "try " + std::to_string(tries) + " to fail at " + text(std::min(natural.at, own)),
           code + " at " + text(end));
      auto due = explain_call(node, r.path, here, by_itself);
      want(due == bill_of(x["metrics"]), r.path, "a try of " + to_string(due),
           to_string(bill_of(x["metrics"])));
    } else {
      for (auto mark : {"/", "#"})
        excuse_calls_below(r.path + mark, here.start, end);
    }
    spent += bill_of(x["metrics"]);
    want(is_retried(node, s, tries, end, x["error"]), r.path,
         "no try after " + std::to_string(tries), "one");
    here.start = end + pause_after(retry_of(node), tries, x["error"]);
  }
  here.tries = tries + 1;
  auto own = timeout == never ? never : here.start + timeout;
  if (is_late(r) && here.start >= limit && end_of(r) == limit && r.children.empty() &&
      !call_at(r.path, here)) {
    ending waited{.end = limit, .how = status::failed, .output = {}};
    waited.spent = spent;
    want(limit <= s.stop, r.path, "a cancel", "a deadline");
    return waited;
  }
  auto e = body(node, r, here, std::min(own, limit));
  e.spent += spent;
  auto may_go_on =
    e.how == status::failed && is_retried(node, s, here.tries, e.end, json(*r.error));
  auto is_over = e.end >= std::min(s.stop, limit);
  want(!may_go_on || is_over, r.path, "try " + std::to_string(here.tries + 1), "none");
  return e;
}

/// All its tries are its children then.
ending referee::cancelled_retry(const document& node, const step_result& r, const scene& s) {
  ending e{.end = s.start, .how = status::cancelled, .output = {}};
  auto timeout = time_in(node, "timeout"), deadline = time_in(node, "deadline");
  auto limit = deadline == never ? never : s.start + deadline;
  auto here = s;
  here.tries = 1;
  bill spent;
  for (size_t i = 0; i < r.children.size(); ++i) {
    auto& x = r.children[i];
    auto before = i == 0 ? nullptr : r.children[i - 1];
    if (before && before->error)
      here.start = e.end + pause_after(retry_of(node), here.tries++, json(*before->error));
    if (x->status == status::cancelled && x->children.empty() && here.start >= s.stop &&
        !call_at(r.path, here)) {
      e.end = s.stop; // it came while it waited
      continue;
    }
    want(start_of(*x) == here.start, x->path, "a try at " + text(here.start), text(start_of(*x)));
    e = body(node, *x, here, std::min(limit, timeout == never ? never : here.start + timeout));
    spent += e.spent;
  }
  e.spent = spent;
  want(limit >= s.stop, r.path, "a deadline at " + text(limit), "a cancel");
  want(s.stop != never && e.end >= s.stop && end_of(r) == e.end, r.path,
       "a cancel at " + text(s.stop), text(end_of(r)));
  e.how = status::cancelled;
  e.end = end_of(r);
  return e;
}

ending referee::body(const document& node, const step_result& r, const scene& s, moment limit) {
  if (node.contains("type"))
    return step(node, r, s, limit);
  if (node.contains("sequence"))
    return sequence(node, node["sequence"], r, s, limit);
  if (node.contains("call"))
    return call(node, r, s, limit);
  if (node.contains("graph"))
    return graph(node, r, s, limit);
  if (node.contains("loop"))
    return loop(node, r, s, limit);
  if (node.contains("choice"))
    return choice(node, r, s, limit);
  return parallel(node, r, s, limit);
}

moment referee::excuse_calls_below(const std::string& path, moment from, moment to) {
  for (auto i = calls_.lower_bound(path); i != calls_.end() && i->first.starts_with(path);)
    i = ms_of(i->second->at) >= from && ms_of(i->second->at) <= to ? calls_.erase(i) : std::next(i);
  return to;
}

} // namespace troupe::test
