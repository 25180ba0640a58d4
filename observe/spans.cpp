// SPDX-License-Identifier: Apache-2.0
#include "troupe/encoding.hpp"
#include "troupe/observe.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace troupe {

namespace {

using nlohmann::json;

/// The inverse of `to_iso8601`; nothing for any other text.
std::optional<wall_time> from_iso8601(const std::string& text) {
  std::tm parts{};
  auto rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  int ms = 0;
  if (!rest || std::sscanf(rest, ".%3dZ", &ms) != 1)
    return {};
  return std::chrono::system_clock::from_time_t(::timegm(&parts)) + std::chrono::milliseconds{ms};
}

std::string last_part(const std::string& path) {
  auto slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

void add_facts(json& facts, const std::map<std::string, value>& metadata) {
  constexpr size_t longest = 200;
  for (auto& [name, fact] : metadata)
    if (fact.is_string())
      facts[name] = shortened(fact.text(), longest);
    else if (fact.is_number() || fact.is_boolean())
      facts[name] = fact.json();
}

/// A wrapper that has one child, which is the node itself, tells nothing of its own.
const step_result& inside(const step_result& x) {
  auto is_wrapper = x.children.size() == 1 && x.children.front()->path == x.path;
  return is_wrapper ? inside(*x.children.front()) : x;
}

std::string text_in(const json& x, const char* name) {
  auto found = x.find(name);
  return found != x.end() && found->is_string() ? found->get<std::string>() : "";
}

duration ms_in(const json& x, const char* name) {
  auto found = x.find(name);
  auto ms = found != x.end() && found->is_number() ? found->get<double>() : 0;
  return from_seconds(ms / 1000).value_or(duration{0});
}

/// Nothing if it is none: steps may write what they like into their metadata.
std::optional<span> failed_attempt(const step_result& x, const json& told) {
  auto begun = told.is_object() ? from_iso8601(text_in(told, "started_at")) : std::nullopt;
  if (!begun || !told.contains("error"))
    return {};
  span made{.path = x.path,
            .type = x.type,
            .status = status::failed,
            .start = *begun,
            .duration = ms_in(told, "duration_ms")};
  auto& why = told["error"];
  made.error = error{.code = errc_from(text_in(why, "code")).value_or(errc::step_failed),
                     .message = text_in(why, "message"),
                     .path = x.path};
  if (told.contains("metrics"))
    made.metrics = metrics::from(told["metrics"]).value_or(metrics{});
  if (auto pause = ms_in(told, "pause_ms"); pause.count() > 0)
    made.facts["pause_ms"] = to_ms(pause);
  return made;
}

/// Results tell of attempts with milliseconds, so they may seem to begin before their node does.
span within(span x, const span& whole, int attempt) {
  auto end = whole.start + whole.duration;
  x.name = "attempt " + std::to_string(attempt);
  x.attempt = attempt;
  x.start = std::clamp(x.start, whole.start, end);
  x.duration = std::min(x.duration, duration{end - x.start});
  return x;
}

class collector {
public:
  explicit collector(std::vector<span>& all) : all_{all} {}

  void add_children(const step_result& x, size_t parent) {
    add_failed_attempts(x, parent);
    auto& body = inside(x);
    if (&body != &x)
      add_failed_attempts(body, parent);
    for (auto& child : body.children)
      add(*child, parent, child->path == body.path ? "primary" : last_part(child->path));
  }

private:
  size_t below(size_t parent, span x) {
    x.parent = parent;
    x.depth = all_[parent].depth + 1;
    all_[parent].is_group |= x.attempt == 0;
    all_.push_back(std::move(x));
    return all_.size() - 1;
  }

  void add(const step_result& x, size_t parent, std::string name) {
    span made{.path = x.path,
              .name = std::move(name),
              .type = x.type,
              .status = x.status,
              .start = x.started_at,
              .duration = x.duration,
              .attempts = std::max(x.attempts, inside(x).attempts),
              .error = x.error,
              .metrics = x.metrics};
    add_facts(made.facts, inside(x).metadata);
    add_facts(made.facts, x.metadata);
    if (x.quality)
      made.facts["quality"] = *x.quality;
    if (x.abandoned)
      made.facts["abandoned"] = true;
    add_children(x, below(parent, std::move(made)));
  }

  void add_failed_attempts(const step_result& x, size_t node) {
    auto story = x.metadata.find("failed_attempts");
    for (size_t i = 0; story != x.metadata.end() && i < story->second.size(); ++i)
      if (auto made = failed_attempt(x, story->second.at(i).value_or(value{}).json()))
        below(node, within(std::move(*made), all_[node], static_cast<int>(i) + 1));
  }

  std::vector<span>& all_;
};

} // namespace

std::vector<span> spans_of(const run_result& x) {
  if (!x.tree)
    return {};
  std::vector<span> all;
  all.push_back({.name = x.flow,
                 .type = "flow",
                 .status = x.status,
                 .start = x.tree->started_at,
                 .duration = x.duration,
                 .error = x.error,
                 .metrics = x.metrics});
  add_facts(all.back().facts, x.tree->metadata);
  collector{all}.add_children(*x.tree, 0);
  return all;
}

} // namespace troupe
