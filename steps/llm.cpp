// SPDX-License-Identifier: Apache-2.0
#include "steps/chat.hpp"
#include "steps/event_stream.hpp"
#include "steps/http_call.hpp"
#include "steps/kinds.hpp"
#include "steps/tell_waiting.hpp"

#include <cstdlib>

namespace troupe::steps {

namespace {

using nlohmann::json;

std::string variable(const char* name) {
  auto text = std::getenv(name);
  return text ? text : "";
}

/// A setting of the node (or of `defaults.llm`, which the node has been given), else of the
/// environment.
std::string setting(const value& params, const char* name,
                    std::initializer_list<const char*> variables) {
  if (auto given = params.find(name))
    return given->as_text();
  for (auto variable : variables)
    if (auto text = std::getenv(variable); text && *text)
      return text;
  return {};
}

/// A key of the environment goes to the service of the environment, not to one that a document
/// names; OPENAI_API_KEY to OpenAI's own too.
struct settings {
  std::string base_url, model, api_key;
  bool keeps_key_back = false; ///< there is one, for somebody else

  explicit settings(const value& params)
    : base_url{setting(params, "base_url", {"TROUPE_LLM_BASE_URL"})}, model{setting(
                                                                        params, "model",
                                                                        {"TROUPE_LLM_MODEL"})} {
    auto is_of_environment =
      !params.find("base_url") || base_url == variable("TROUPE_LLM_BASE_URL");
    auto is_openai = base_url.starts_with("https://api.openai.com/");
    if (auto given = params.find("api_key"))
      api_key = given->as_text();
    else if (is_of_environment)
      api_key = setting(params, "api_key", {"TROUPE_LLM_API_KEY", "OPENAI_API_KEY"});
    else if (is_openai)
      api_key = variable("OPENAI_API_KEY");
    auto has_key = !variable("TROUPE_LLM_API_KEY").empty() || !variable("OPENAI_API_KEY").empty();
    keeps_key_back = api_key.empty() && has_key;
  }

  std::string problem() const {
    if (!base_url.empty() && !model.empty())
      return {};
    auto missing = base_url.empty() && model.empty() ? "a `base_url` and a `model`"
                   : base_url.empty()                ? "a `base_url`"
                                                     : "a `model`";
    return std::string{"\"llm\" needs "} + missing +
           ": in its params, under `defaults.llm`, or in the environment (TROUPE_LLM_BASE_URL, "
           "TROUPE_LLM_MODEL, and TROUPE_LLM_API_KEY if the service wants a key)";
  }
};

http_request request_from(const step_input& in, const settings& own, const http_options& options) {
  http_request x;
  x.method = "POST";
  x.url = own.base_url;
  while (x.url.ends_with('/'))
    x.url.pop_back();
  x.url += "/chat/completions";
  if (!own.api_key.empty())
    add_header(x, "Authorization", "Bearer " + own.api_key);
  set_body(x, value{chat_request(in.params, own.model)});
  x.allow_private = options.allow_private;
  x.ca_file = options.ca_file;
  return x;
}

/// The text, or what it says in JSON if JSON was asked for.
json response_of(const chat_answer& x, const value& params, const json& bill) {
  auto format = params.find("response_format");
  auto wants_json =
    format &&
    (format->is_string() || format->find("type").value_or(value{}).as_text().starts_with("json"));
  if (!wants_json)
    return x.text;
  auto parsed = value::parse(x.text);
  if (!parsed)
    throw step_error{
      errc::invalid_output,
      "the model was asked for JSON, and said: " +
        json(x.text.substr(0, 80)).dump(-1, ' ', false, json::error_handler_t::replace),
      {},
      bill};
  return parsed->json();
}

step_output output_from(const chat_answer& x, const value& params, const price_list& prices,
                        const std::string& asked) {
  auto bill = bill_of(x, prices, asked);
  if (x.is_cut_off())
    throw step_error{errc::connection_failed, "the stream ended in the middle of the answer", true,
                     bill};
  if (x.error)
    throw step_error{errc::step_failed, "the service says: " + *x.error, {}, bill};
  auto& model = x.model.empty() ? asked : x.model;
  auto all = json::object();
  all["response"] = response_of(x, params, bill);
  if (bill.is_object()) {
    auto& tokens = bill["tokens"];
    all["llm_usage"] = {{"model", model},
                        {"input_tokens", tokens["prompt"]},
                        {"output_tokens", tokens["completion"]},
                        {"total_tokens", tokens["total"]}};
  }
  step_output out{value{std::move(all)}};
  out.metrics = bill;
  out.metadata = {{"model", model}, {"finish_reason", x.finish_reason}, {"id", x.id}};
  return out;
}

/// What a request collects: shared by the pieces of a stream and the end of it.
struct conversation {
  explicit conversation(const step_input& x)
    : in{x}, stream{[this](const std::string& data) {
        if (auto piece = answer.take_event(data); !piece.empty())
          in.stream(piece);
      }} {}

  step_input in;
  chat_answer answer;
  event_stream stream;
};

void check_status(http_response& x, const std::string& what, bool keeps_key_back) {
  if (x.status >= 200 && x.status < 300)
    return;
  if (keeps_key_back && (x.status == 401 || x.status == 403))
    x.reason +=
      " (without a key: that of the environment is for TROUPE_LLM_BASE_URL; give the node "
      "an `api_key`)";
  if (auto wait = rate_limit_reset(x.headers); wait && x.status == 429)
    x.retry_after = std::max(x.retry_after.value_or(0), *wait);
  throw_http_status(x, what);
}

bool is_event_stream(const http_response& x) {
  auto type = x.headers.find("content-type");
  return type != x.headers.end() && type->second.starts_with("text/event-stream");
}

price_list prices_for(const value& params, const price_list& of_engine) {
  auto all = of_engine.is_object() ? of_engine : json::object();
  if (auto own = params.find("prices"))
    all.update(own->json());
  return all;
}

} // namespace

/// Asks a model. Reacts to cancel at once: the connection is closed.
step_kind llm_kind(std::shared_ptr<http_client> client, const built_in_options& options) {
  auto schema = R"({
    "type": "object",
    "properties": {
      "prompt": {"type": "string", "description": "what the user says"},
      "messages": {"type": "array", "items": {"type": "object", "required": ["role"]}, "minItems": 1,
                   "description": "a whole conversation, as the service takes it"},
      "system": {"type": "string", "description": "what the model is told before"},
      "model": {"type": "string", "description": "else TROUPE_LLM_MODEL"},
      "base_url": {"type": "string", "format": "url", "description": "such as https://api.openai.com/v1; else TROUPE_LLM_BASE_URL"},
      "api_key": {"type": "string", "description": "else TROUPE_LLM_API_KEY or OPENAI_API_KEY"},
      "temperature": {"type": "number"},
      "max_tokens": {"type": "integer", "minimum": 1},
      "response_format": {"anyOf": [{"enum": ["json"]}, {"type": "object"}],
                          "description": "\"json\", or what the service takes; `response` is then JSON"},
      "stream": {"type": "boolean", "description": "tell the text as it comes, as events"},
      "images": {"type": "array", "items": {"type": "string"},
                 "description": "http(s) or data URLs, shown with the prompt"},
      "prices": {"type": "object", "description": "USD per million tokens; the flow's `prices` by default"},
      "timeout": {"format": "duration", "description": "another way to write the node's timeout; 120 s by default"}
    },
    "oneOf": [{"required": ["prompt"]}, {"required": ["messages"]}],
    "additionalProperties": false
  })"_json;
  auto run = [client = std::move(client), options](const step_input& in, const promise& answer) {
    if (in.params.find("images") && !in.params.find("prompt"))
      throw step_error{errc::invalid_input, "params/images: they are shown with a `prompt`"};
    settings own{in.params};
    if (auto problem = own.problem(); !problem.empty())
      throw step_error{errc::invalid_input, problem};
    auto order = request_from(in, own, options.http);
    order.on_queued = tell_waiting(in, "max_connections");
    auto what = order.method + " " + bare_url(order.url);
    auto talk = std::make_shared<conversation>(in);
    if (in.param("stream").json() == true)
      order.on_data = [talk](std::string_view piece) { talk->stream.add(piece); };
    auto done = [talk, what, model = own.model, keeps = own.keeps_key_back,
                 prices = prices_for(in.params, options.prices)](http_response x) {
      check_status(x, what, keeps);
      if (!is_event_stream(x)) {
        auto body = value::parse(x.body);
        if (!body)
          throw step_error{errc::invalid_output, what + ": the answer is no JSON"};
        talk->answer = {};
        talk->answer.take_document(body->json());
      }
      return output_from(talk->answer, talk->in.params, prices, model);
    };
    send(*client, in.stop, std::move(order), answer, std::move(done));
  };
  return {.name = "llm",
          .summary = "Asks a language model (OpenAI-compatible chat completions).",
          .params = schema,
          .input = "any",
          .output = "json",
          .run = async_fn{run},
          .timeout = std::chrono::seconds{120},
          .check = [](const json& params) { return settings{value{params}}.problem(); },
          .reaches_outside = true};
}

} // namespace troupe::steps
