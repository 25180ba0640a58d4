// SPDX-License-Identifier: Apache-2.0
#include "actors/group_result.hpp"

#include <algorithm>
#include <numeric>

namespace troupe {

std::string undo_path(const completed& x) { return x.path + "/undo/" + x.undo->id; }

std::string path_of(const child_actor& parent, const child_spec& child, size_t number) {
  auto own = parent.path();
  auto visit =
    number == 0 && !child.counts_visits ? std::string{} : "#" + std::to_string(number + 1);
  switch (child.place) {
  case place::wrapped:
    return own;
  case place::item:
    return own + "[" + std::to_string(number) + "]";
  case place::round:
    return own + visit;
  case place::rollback:
    return own;
  case place::undo:
    return undo_path(*child.undoes.front());
  case place::backup:
    return own + "/fallback/" + child.node->id;
  case place::helper:
    if (plan::is_helper(*child.node))
      return own; // whatever goes wrong there is the group's own trouble
    break;
  case place::member:
    break;
  }
  return (own.empty() ? "" : own + "/") + child.node->id + visit; // the root has no name
}

namespace {

bool is_worth_telling(const step_result& x) {
  auto went_well = x.status == status::succeeded || x.status == status::skipped;
  auto has_news = [&](const char* key) { return x.metadata.contains(key); };
  constexpr const char* news[] = {"warnings",     "warning",           "cache_warning",
                                  "score_errors", "context_conflicts", "fallback_triggered"};
  return !went_well || x.attempts > 1 || std::any_of(std::begin(news), std::end(news), has_news);
}

/// What a summary keeps of it; null: nothing. A worker sends all of a branch.
shared_result summary_of(const shared_result& x) {
  std::vector<shared_result> kept;
  for (auto& child : x->children)
    if (auto part = summary_of(child))
      kept.push_back(std::move(part));
  if (kept.empty() && !is_worth_telling(*x))
    return nullptr;
  if (kept == x->children)
    return x;
  auto part = *x;
  part.children = std::move(kept);
  return std::make_shared<const step_result>(std::move(part));
}

} // namespace

void keep_result(supervisor_actor* self, const running_child& child, const shared_result& x) {
  constexpr size_t most_items = 100;
  auto& st = self->state;
  auto where = st.spec.children[child.index].place;
  if (where == place::helper || where == place::rollback)
    return;
  ++st.counts[static_cast<size_t>(x->status)];
  if (where == place::item && (x->status != status::failed || st.ended.size() >= most_items))
    return;
  auto is_whole = self->services().keeps_all || where == place::wrapped;
  st.ended.push_back({child.index, child.number, is_whole ? x : summary_of(x)});
}

namespace {

/// Places of members that were not started.
std::vector<child_index> not_started(const supervisor_state& st) {
  std::vector<child_index> all;
  if (st.spec.layer != layer::body)
    return all;
  std::vector<bool> has_ended(st.spec.children.size());
  for (auto& x : st.ended)
    has_ended[x.index] = true;
  for (child_index i = 0; i < has_ended.size(); ++i)
    if (!has_ended[i] && st.spec.children[i].place == place::member)
      all.push_back(i);
  return all;
}

/// In order of definition.
std::vector<shared_result> results_of(std::vector<ended_child> all) {
  auto is_before = [](auto& x, auto& y) {
    return std::pair{x.index, x.number} < std::pair{y.index, y.number};
  };
  if (!std::is_sorted(all.begin(), all.end(), is_before))
    std::stable_sort(all.begin(), all.end(), is_before);
  std::vector<shared_result> results;
  results.reserve(all.size());
  for (auto& x : all)
    if (x.result)
      results.push_back(std::move(x.result));
  return results;
}

/// The failures that made this one fail, innermost first named: a group is named by its cause.
std::string sentence_for(const step_result& x, size_t failures, size_t all) {
  constexpr size_t most_named = 5;
  std::string text = std::to_string(failures) + " of " + std::to_string(all) +
                     (all == 1 ? " node failed" : " nodes failed");
  size_t named = 0;
  for (auto& child : x.children) {
    if (child->status != status::failed)
      continue;
    if (++named > most_named)
      return text + "; …";
    auto& why = *child->error;
    text += (named == 1 ? ": " : "; ") + (why.path.empty() ? child->path : why.path) + " (" +
            std::string{to_string(why.code)} + ": " + why.message + ")";
  }
  return text;
}

} // namespace

void describe_children(supervisor_actor* self, step_result& x,
                       const std::function<step_result(child_index)>& skipped) {
  auto& st = self->state;
  auto left = not_started(st);
  auto all_ended = st.ended;
  if (self->services().keeps_all)
    for (auto child : left)
      all_ended.push_back({child, 0, std::make_shared<const step_result>(skipped(child))});
  x.children = results_of(std::move(all_ended));
  auto counts = st.counts;
  counts[static_cast<size_t>(status::skipped)] += left.size();
  auto all = std::accumulate(counts.begin(), counts.end(), size_t{0});
  auto errors = nlohmann::json::array();
  for (auto& child : x.children)
    if (child->status == status::failed && child->error)
      errors.push_back({{"path", child->error->path.empty() ? child->path : child->error->path},
                        {"code", to_string(child->error->code)},
                        {"message", child->error->message}});
  auto count = [&](status s) { return counts[static_cast<size_t>(s)]; };
  auto note = [&](const char* key, size_t n) { x.metadata[key] = value{nlohmann::json(n)}; };
  note("succeeded", count(status::succeeded) + count(status::degraded));
  note("failed", count(status::failed));
  note("cancelled", count(status::cancelled));
  note("skipped", count(status::skipped));
  if (!errors.empty())
    x.metadata["errors"] = value{std::move(errors)};
  auto went_wrong = x.status == status::failed || x.status == status::degraded;
  if (went_wrong && count(status::failed) > 0)
    x.feedback = sentence_for(x, count(status::failed), all);
  else if (x.status == status::failed)
    x.feedback = (x.error->path.empty() ? x.path : x.error->path) + " (" +
                 std::string{to_string(x.error->code)} + ": " + x.error->message + ")";
}

value budget_report(const plan::budget& spec, const metrics& bill) {
  constexpr double cost_units = 1e9;
  auto spent = spending::of(bill);
  auto all = nlohmann::json::object();
  auto tell = [&](const char* name, auto amount, auto bound) {
    all[name] = {{"limit", bound}, {"spent", amount}};
    if (amount > bound)
      all[name]["overshoot"] = amount - bound;
  };
  if (spec.cost) {
    all["cost_usd"] = {{"limit", static_cast<double>(*spec.cost) / cost_units},
                       {"spent", static_cast<double>(spent.cost) / cost_units}};
    if (spent.cost > *spec.cost)
      all["cost_usd"]["overshoot"] = static_cast<double>(spent.cost - *spec.cost) / cost_units;
  }
  if (spec.tokens)
    tell("tokens", spent.tokens, *spec.tokens);
  return value{std::move(all)};
}

namespace {

/// All items together, and none of them.
bool is_whole_batch(const child_spec& x) { return x.node->batch && x.layer <= layer::batch; }

} // namespace

void tell_start(supervisor_actor* self, const child_spec& child, const std::string& path) {
  if (!self->services().has_listeners)
    return;
  nlohmann::json data{{"type", child.node->type}};
  if (is_whole_batch(child))
    data["batch"] = true;
  if (auto& meta = child.node->meta; !meta.is_null())
    data["meta"] = meta.json();
  self->tell(event_type::step_started, path, std::move(data));
}

void tell_end(supervisor_actor* self, const child_spec& child, const step_result& x,
              std::optional<stop_reason> stopped) {
  if (x.status == status::cancelled)
    self->tell(event_type::branch_cancelled, x.path,
               {{"reason", to_string(stopped.value_or(stop_reason::requested))}});
  nlohmann::json data{{"type", x.type},
                      {"status", to_string(x.status)},
                      {"duration_ms", to_ms(x.duration)},
                      {"metrics", x.metrics.json()}};
  if (is_whole_batch(child))
    data["batch"] = true;
  if (x.error)
    data["error"] = *x.error;
  if (x.attempts > 1)
    data["attempts"] = x.attempts;
  if (!x.worker.empty())
    data["worker"] = x.worker;
  if (auto meta = x.metadata.find("meta"); meta != x.metadata.end())
    data["meta"] = meta->second.json();
  self->tell(event_type::step_finished, x.path, std::move(data));
}

} // namespace troupe
