// SPDX-License-Identifier: Apache-2.0
#include "tests/observe/recorded_run.hpp"

#include <algorithm>

namespace troupe::test {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr wall_time begin{std::chrono::seconds{1'795'168'800}}; // 2026-11-20T10:00:00Z

std::shared_ptr<const step_result> shared(step_result x) {
  return std::make_shared<const step_result>(std::move(x));
}

step_result ended(step_result x, status how, errc code, const std::string& message) {
  x.status = how;
  x.error = error{.code = code, .message = message, .path = x.path};
  return x;
}

step_result spending_node(step_result x, json bill) {
  x.metrics = *metrics::from(bill);
  return x;
}

/// Tried three times.
step_result fetch() {
  auto x = recorded_node("fetch", "http", 0, 1900);
  x.attempts = 3;
  auto failed = [](int begin_ms, int took_ms, int pause_ms) {
    return json{{"error", {{"code", "http_status"}, {"message", "GET /news: 503"}}},
                {"started_at", to_iso8601(begin + milliseconds{begin_ms})},
                {"duration_ms", took_ms},
                {"pause_ms", pause_ms},
                {"metrics", json::object()}};
  };
  x.metadata["failed_attempts"] = value{json{failed(0, 300, 200), failed(500, 400, 500)}};
  return x;
}

/// Its primary ran out of time, and a backup stood in.
step_result gpt() {
  auto x = spending_node(
    recorded_node("summaries/gpt", "llm", 1900, 4100),
    {{"cost_usd", 0.0041}, {"tokens", {{"prompt", 900}, {"completion", 120}, {"total", 1020}}}});
  x.metadata = {{"fallback_triggered", value{json(true)}}};
  auto primary = ended(recorded_node("summaries/gpt", "llm", 1900, 3000), status::failed,
                       errc::timeout, "no answer in time");
  auto backup = recorded_node("summaries/gpt/fallback/small", "llm", 4900, 1100);
  backup.name = "small";
  backup.metrics = x.metrics;
  backup.metadata = {{"model", value{json("small-1")}}};
  x.children = {shared(primary), shared(backup)};
  return x;
}

} // namespace

step_result recorded_node(const std::string& path, const std::string& type, int begin_ms,
                          int took_ms) {
  step_result x{.path = path, .name = path.substr(path.rfind('/') + 1), .type = type};
  x.started_at = begin + milliseconds{begin_ms};
  x.duration = milliseconds{took_ms};
  return x;
}

run_result recorded_run_of(std::vector<step_result> nodes) {
  auto root = recorded_node("", "sequence", 0, 0);
  for (auto& x : nodes) {
    root.duration = std::max(root.duration, duration{x.started_at + x.duration - begin});
    root.metrics += x.metrics;
    root.children.push_back(shared(std::move(x)));
  }
  run_result run{.run_id = "019aa111-2222-7333-8444-555566667777", .flow = "morning_news"};
  run.duration = root.duration;
  run.metrics = root.metrics;
  run.tree = shared(std::move(root));
  return run;
}

run_result recorded_run() {
  auto waited = spending_node(recorded_node("summaries/claude", "llm", 1900, 2600),
                              {{"cost_usd", 0.0087}, {"tokens", {{"total", 2210}}}});
  waited.metadata["waited_ms"] = value{json(700)};
  auto slow = ended(
    recorded_node("summaries/a_very_thorough_summary_of_everything_there_is", "llm", 1900, 4100),
    status::cancelled, errc::cancelled, "cancelled from above");
  slow.abandoned = true;
  auto group = recorded_node("summaries", "parallel", 1900, 4100);
  auto both = gpt();
  group.metrics = both.metrics;
  group.metrics += waited.metrics;
  group.status = status::degraded;
  group.metadata["winner"] = value{json("claude")};
  group.children = {shared(std::move(both)), shared(std::move(waited)), shared(std::move(slow))};
  auto send = ended(recorded_node("send", "shell", 6000, 350), status::failed, errc::process_exit,
                    "sendmail: exit 75 & \"no\" relay");
  auto tidy = recorded_node("tidy", "delete-file", 6350, 0);
  tidy.status = status::skipped;
  auto run = recorded_run_of({fetch(), std::move(group), send, std::move(tidy)});
  run.status = status::failed;
  run.error = send.error;
  return run;
}

} // namespace troupe::test
