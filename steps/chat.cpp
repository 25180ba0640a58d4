// SPDX-License-Identifier: Apache-2.0
#include "steps/chat.hpp"

#include "troupe/encoding.hpp"

#include <cmath>

namespace troupe::steps {

using nlohmann::json;

namespace {

json content_of(const value& params) {
  auto text = params.find("prompt")->as_text();
  auto images = params.find("images");
  if (!images)
    return text;
  auto parts = json::array({{{"type", "text"}, {"text", text}}});
  for (auto& url : images->json())
    parts.push_back({{"type", "image_url"}, {"image_url", {{"url", url}}}});
  return parts;
}

json messages_of(const value& params) {
  auto all = json::array();
  if (auto system = params.find("system"))
    all.push_back({{"role", "system"}, {"content", system->as_text()}});
  if (auto given = params.find("messages"))
    for (auto& message : given->json())
      all.push_back(message);
  else
    all.push_back({{"role", "user"}, {"content", content_of(params)}});
  return all;
}

std::string text_at(const json& x, const char* key) {
  return x.is_object() && x.contains(key) && x[key].is_string() ? x[key].get<std::string>() : "";
}

json member_of(const json& x, const char* key) {
  return x.is_object() && x.contains(key) ? x[key] : json();
}

json first_choice(const json& x) {
  auto choices = member_of(x, "choices");
  return choices.is_array() && !choices.empty() ? choices[0] : json();
}

std::optional<std::string> error_in(const json& x) {
  auto error = member_of(x, "error");
  if (error.is_null())
    return {};
  auto message = text_at(error, "message");
  return message.empty() ? error.dump() : message;
}

double count_in(const json& usage, const char* key) {
  constexpr double most = 9007199254740992; // 2^53: what is more is no count
  auto found = member_of(usage, key);
  auto count = found.is_number() ? found.get<double>() : 0;
  return count >= 0 && count <= most ? count : 0;
}

/// `1.5s`, `6m0s`, `20ms`, or a number of seconds.
std::optional<double> seconds_in(std::string_view text) {
  double all = 0;
  if (text.find_first_not_of("0123456789.") == text.npos && !text.empty())
    return std::strtod(std::string{text}.c_str(), nullptr);
  while (!text.empty()) {
    auto unit = text.find_first_not_of("0123456789.");
    if (unit == 0 || unit == text.npos)
      return {};
    auto end = std::min(text.find_first_of("0123456789.", unit), text.size());
    auto one = parse_duration(text.substr(0, end));
    if (!one)
      return {};
    all += to_ms(*one) / 1000;
    text.remove_prefix(end);
  }
  return all;
}

} // namespace

json chat_request(const value& params, const std::string& model) {
  json body{{"model", model}, {"messages", messages_of(params)}};
  for (auto key : {"temperature", "max_tokens"})
    if (auto given = params.find(key))
      body[key] = given->json();
  if (auto format = params.find("response_format"))
    body["response_format"] = format->is_string() ? json{{"type", "json_object"}} : format->json();
  if (auto stream = params.find("stream"); stream && stream->json() == true) {
    body["stream"] = true;
    body["stream_options"] = {{"include_usage", true}};
  }
  return body;
}

void chat_answer::take_document(const json& x) {
  error = error_in(x);
  auto choice = first_choice(x);
  auto message = member_of(choice, "message");
  text = text_at(message, "content");
  if (text.empty())
    text = text_at(message, "refusal");
  finish_reason = text_at(choice, "finish_reason");
  model = text_at(x, "model");
  id = text_at(x, "id");
  usage = member_of(x, "usage");
  if (!error && choice.is_null())
    error = "the answer has no `choices`";
}

std::string chat_answer::take_event(const std::string& data) {
  is_stream = true;
  if (data == "[DONE]") {
    has_ended = true;
    return {};
  }
  auto parsed = value::parse(data);
  if (!parsed) {
    error = "an event of the stream is no JSON: " + shortened(data, 80);
    return {};
  }
  auto& x = parsed->json();
  if (auto problem = error_in(x))
    error = problem;
  auto choice = first_choice(x);
  auto piece = text_at(member_of(choice, "delta"), "content");
  text += piece;
  if (auto reason = text_at(choice, "finish_reason"); !reason.empty())
    finish_reason = reason;
  if (auto name = text_at(x, "model"); !name.empty())
    model = name;
  if (auto name = text_at(x, "id"); !name.empty())
    id = name;
  if (auto spent = member_of(x, "usage"); spent.is_object())
    usage = spent;
  return piece;
}

json bill_of(const chat_answer& x, const price_list& prices, const std::string& asked) {
  if (!x.usage.is_object())
    return nullptr;
  auto prompt = count_in(x.usage, "prompt_tokens"), done = count_in(x.usage, "completion_tokens");
  auto total = count_in(x.usage, "total_tokens");
  json bill;
  bill["tokens"] = {{"prompt", static_cast<int64_t>(prompt)},
                    {"completion", static_cast<int64_t>(done)},
                    {"total", static_cast<int64_t>(total > 0 ? total : prompt + done)}};
  auto price = member_of(prices, x.model.c_str());
  if (price.is_null())
    price = member_of(prices, asked.c_str());
  if (price.is_null())
    return bill;
  // Per million tokens; in steps of 1e-9 USD.
  auto cost = prompt * count_in(price, "input") + done * count_in(price, "output");
  bill["cost_usd"] = std::round(cost * 1e3) / 1e9;
  return bill;
}

std::optional<double> rate_limit_reset(const std::map<std::string, std::string>& headers) {
  auto header = [&](const std::string& name) -> std::optional<std::string> {
    auto found = headers.find(name);
    return found == headers.end() ? std::nullopt : std::optional{found->second};
  };
  if (auto ms = header("retry-after-ms"))
    if (auto seconds = seconds_in(*ms + "ms"))
      return seconds;
  std::optional<double> longest;
  for (std::string what : {"requests", "tokens"}) {
    auto reset = header("x-ratelimit-reset-" + what);
    if (header("x-ratelimit-remaining-" + what) != "0" || !reset)
      continue;
    if (auto seconds = seconds_in(*reset))
      longest = std::max(longest.value_or(0), *seconds);
  }
  return longest;
}

} // namespace troupe::steps
