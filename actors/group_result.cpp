// SPDX-License-Identifier: Apache-2.0
#include "actors/group_result.hpp"

#include <algorithm>
#include <array>

namespace troupe {

std::vector<shared_result> children_of(const supervisor_state& st,
                                       const std::function<step_result(child_index)>& skipped) {
  auto all = st.ended;
  if (st.spec.layer == layer::body) {
    std::vector<bool> has_ended(st.spec.children.size());
    for (auto& [index, result] : st.ended)
      has_ended[index] = true;
    for (child_index i = 0; i < has_ended.size(); ++i)
      if (!has_ended[i] && !st.spec.children[i].is_hidden)
        all.emplace_back(i, std::make_shared<const step_result>(skipped(i)));
  }
  std::stable_sort(all.begin(), all.end(), [](auto& x, auto& y) { return x.first < y.first; });
  std::vector<shared_result> results;
  results.reserve(all.size());
  for (auto& [index, result] : all)
    results.push_back(std::move(result));
  return results;
}

namespace {

/// The failures that made this one fail, innermost first named: a group is named by its cause.
std::string sentence_for(const step_result& x, size_t failures) {
  constexpr size_t most_named = 5;
  std::string text = std::to_string(failures) + " of " + std::to_string(x.children.size()) +
                     (x.children.size() == 1 ? " node failed" : " nodes failed");
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

void describe_children(step_result& x) {
  std::array<size_t, 5> counts{};
  auto errors = nlohmann::json::array();
  for (auto& child : x.children) {
    ++counts[static_cast<size_t>(child->status)];
    if (child->status == status::failed && child->error)
      errors.push_back({{"path", child->error->path.empty() ? child->path : child->error->path},
                        {"code", to_string(child->error->code)},
                        {"message", child->error->message}});
  }
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
    x.feedback = sentence_for(x, count(status::failed));
  else if (x.status == status::failed)
    x.feedback = (x.error->path.empty() ? x.path : x.error->path) + " (" +
                 std::string{to_string(x.error->code)} + ": " + x.error->message + ")";
}

void tell_start(supervisor_actor* self, const plan::node& node, const std::string& path) {
  if (!self->services().has_listeners)
    return;
  nlohmann::json data{{"type", node.type}};
  if (!node.meta.is_null())
    data["meta"] = node.meta.json();
  self->tell(event_type::step_started, path, std::move(data));
}

void tell_end(supervisor_actor* self, const step_result& x, std::optional<stop_reason> stopped) {
  if (x.status == status::cancelled)
    self->tell(event_type::branch_cancelled, x.path,
               {{"reason", to_string(stopped.value_or(stop_reason::requested))}});
  nlohmann::json data{{"type", x.type},
                      {"status", to_string(x.status)},
                      {"duration_ms", to_ms(x.duration)},
                      {"metrics", x.metrics.json()}};
  if (x.error)
    data["error"] = *x.error;
  if (x.attempts > 1)
    data["attempts"] = x.attempts;
  if (auto meta = x.metadata.find("meta"); meta != x.metadata.end())
    data["meta"] = meta->second.json();
  self->tell(event_type::step_finished, x.path, std::move(data));
}

} // namespace troupe
