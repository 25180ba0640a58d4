// SPDX-License-Identifier: Apache-2.0
#include "troupe/otlp.hpp"

#include "observe/trace_ids.hpp"
#include "troupe/observe.hpp"
#include "troupe/version.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace troupe {

namespace {

using nlohmann::json;

// Of trace.proto.
enum span_kind : int { kind_internal = 1, kind_client = 3 };
enum status_code : int { code_unset = 0, code_ok = 1, code_error = 2 };

/// Those of a collector have a sign.
bool fits_in_64_bits(const json& x) {
  constexpr auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  return !x.is_number_unsigned() || x.get<uint64_t>() <= most;
}

/// In the JSON form of protocol buffers, integers of 64 bits are texts.
json attribute(const std::string& key, const json& x) {
  if (x.is_boolean())
    return {{"key", key}, {"value", {{"boolValue", x}}}};
  if (x.is_number_integer() && fits_in_64_bits(x))
    return {{"key", key}, {"value", {{"intValue", x.dump()}}}};
  if (x.is_number())
    return {{"key", key}, {"value", {{"doubleValue", x.get<double>()}}}};
  return {{"key", key}, {"value", {{"stringValue", x}}}};
}

std::string nanoseconds(wall_time x) {
  return std::to_string(std::chrono::duration_cast<duration>(x.time_since_epoch()).count());
}

bool talks_to_a_service(const span& x) {
  return !x.is_group && (x.type == "llm" || x.type == "http");
}

/// What other programs know by these names. Tokens are told once, or sums would count them again:
/// those of failed attempts are in their node's.
void add_known_names(json& out, const span& x) {
  if (x.error)
    out.push_back(attribute("error.type", to_string(x.error->code)));
  if (x.type != "llm" || !talks_to_a_service(x))
    return;
  out.push_back(attribute("gen_ai.operation.name", "chat"));
  if (x.facts.contains("model"))
    out.push_back(attribute("gen_ai.response.model", x.facts["model"]));
  if (x.attempt > 0)
    return;
  out.push_back(attribute("gen_ai.usage.input_tokens", x.metrics.count("/tokens/prompt")));
  out.push_back(attribute("gen_ai.usage.output_tokens", x.metrics.count("/tokens/completion")));
}

json attributes_of(const span& x, const run_result& run) {
  auto out = json::array();
  auto add = [&](const std::string& key, const json& fact) {
    out.push_back(attribute("troupe." + key, fact));
  };
  add_known_names(out, x);
  add("type", x.type);
  add("status", to_string(x.status));
  if (!x.parent) {
    add("run_id", run.run_id);
    add("flow", run.flow);
  } else {
    add("path", x.path);
  }
  if (x.attempt > 0)
    add("attempt", x.attempt);
  if (x.attempts > 1)
    add("attempts", x.attempts);
  for (auto& [name, fact] : x.facts.items())
    add(name, fact);
  auto spent = x.metrics.json().flatten(); // by JSON pointer
  for (auto& [pointer, amount] : spent.items())
    if (amount.is_number()) {
      auto name = "metrics" + pointer;
      std::replace(name.begin(), name.end(), '/', '.');
      add(name, amount);
    }
  return out;
}

json status_of(const span& x) {
  if (x.status != status::failed)
    return {{"code", x.status == status::succeeded ? code_ok : code_unset}};
  json out{{"code", code_error}};
  if (x.error)
    out["message"] = x.error->message;
  return out;
}

json spans_json(const run_result& run) {
  auto all = spans_of(run);
  auto trace = observe::trace_id_of(run.run_id);
  auto out = json::array();
  std::vector<std::string> ids;
  std::map<std::string, size_t> seen; // spans of that path
  for (auto& x : all) {
    ids.push_back(observe::span_id_of(run.run_id, x.path, seen[x.path]++));
    if (!x.took_time())
      continue;
    json made{{"traceId", trace},
              {"spanId", ids.back()},
              {"name", x.name},
              {"kind", talks_to_a_service(x) ? kind_client : kind_internal},
              {"startTimeUnixNano", nanoseconds(x.start)},
              {"endTimeUnixNano", nanoseconds(x.start + x.duration)},
              {"attributes", attributes_of(x, run)},
              {"status", status_of(x)}};
    if (x.parent)
      made["parentSpanId"] = ids[*x.parent];
    out.push_back(std::move(made));
  }
  return out;
}

} // namespace

std::string otlp_traces(const run_result& x, const std::map<std::string, std::string>& resource) {
  auto about = json::array();
  for (auto& [key, text] : resource)
    about.push_back(attribute(key, text));
  json scope{{"scope", {{"name", "troupe"}, {"version", TROUPE_VERSION_STRING}}},
             {"spans", spans_json(x)}};
  json body{{"resourceSpans", json::array({{{"resource", {{"attributes", about}}},
                                            {"scopeSpans", json::array({std::move(scope)})}}})}};
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace troupe
