// SPDX-License-Identifier: Apache-2.0
#include "steps/http_call.hpp"

#include "steps/settle.hpp"
#include "troupe/encoding.hpp"

#include <strings.h>

#include <algorithm>

namespace troupe::steps {

using nlohmann::json;

namespace {

constexpr std::string_view token_characters =
  "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_same_name(const std::string& x, const std::string& y) {
  return ::strcasecmp(x.c_str(), y.c_str()) == 0;
}

bool is_retryable_status(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

std::string type_of(const http_response& x) {
  auto found = x.headers.find("content-type");
  return found == x.headers.end() ? "" : found->second.substr(0, found->second.find(';'));
}

bool is_json_type(const std::string& type) {
  return type == "application/json" || type.ends_with("+json") || type == "text/json";
}

/// What a service says of a failure, in one line: providers put it into different places.
std::string explanation_in(const http_response& x) {
  if (!is_utf8(x.body))
    return {};
  auto body = value::parse(x.body);
  auto found = body.value_or(value{});
  for (auto key : {"error", "errors", "message", "detail"})
    if (auto inner = found.is_object() ? found.find(key) : std::nullopt)
      found = inner->is_array() && inner->size() > 0 ? *inner->at(0) : *inner;
  auto text = body ? found.as_text() : type_of(x) == "text/html" ? std::string{} : x.body;
  std::replace_if(
    text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return shortened(text, 300);
}

} // namespace

void add_header(http_request& x, const std::string& name, const std::string& text) {
  auto breaks_out = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  if (name.empty() || name.find_first_not_of(token_characters) != name.npos)
    throw step_error{errc::invalid_input, "\"" + name + "\" is no name of a header"};
  if (std::any_of(text.begin(), text.end(), breaks_out))
    throw step_error{errc::invalid_input,
                     "the header `" + name + "` must not hold a line break or a NUL byte"};
  x.headers.emplace_back(name, text);
}

bool has_header(const http_request& x, const std::string& name) {
  return std::any_of(x.headers.begin(), x.headers.end(),
                     [&](auto& one) { return is_same_name(one.first, name); });
}

void set_body(http_request& x, const value& body) {
  x.body = body;
  if (!has_header(x, "Content-Type"))
    add_header(x, "Content-Type",
               body.is_string() ? "text/plain; charset=utf-8" : "application/json");
}

void send(http_client& client, const std::stop_token& stop, http_request order,
          const promise& answer, std::function<step_output(http_response)> done) {
  using stop_hook = std::stop_callback<std::function<void()>>;
  auto hook = std::make_shared<std::optional<stop_hook>>(); // goes with the request
  auto end = [answer, done = std::move(done), hook](http_result x) {
    settle(answer, [&] {
      if (!x)
        throw step_error{x.error().code, x.error().message, x.error().retryable};
      return done(std::move(*x));
    });
  };
  auto which = client.start(std::move(order), std::move(end));
  if (!which)
    throw step_error{which.error().code, which.error().message};
  hook->emplace(stop, [&client, id = *which] { client.stop(id); });
}

void throw_http_status(const http_response& x, const std::string& what) {
  auto message = what + ": " + std::to_string(x.status);
  message += x.reason.empty() ? "" : " " + x.reason;
  auto explanation = explanation_in(x);
  message += explanation.empty() ? "" : ": " + explanation;
  json details{{"status_code", x.status}, {"response_headers", x.headers}};
  if (is_utf8(x.body))
    details["response"] = shortened(x.body, 65'536);
  if (x.retry_after)
    details["retry_after"] = *x.retry_after;
  throw step_error{errc::http_status, message, is_retryable_status(x.status), {}, details};
}

void put_body(json& out, const http_response& x, const std::string& what) {
  if (!x.body.empty() && is_json_type(type_of(x))) {
    auto parsed = value::parse(x.body);
    if (!parsed)
      throw step_error{errc::invalid_output,
                       what +
                         ": the response says that it is JSON, and is not, or is nested too "
                         "deep: " +
                         json(is_utf8(x.body) ? shortened(x.body, 80) : "(binary)").dump()};
    out["response"] = parsed->json();
  } else if (is_utf8(x.body)) {
    out["response"] = x.body;
  } else {
    out["response"] = base64(x.body);
    out["response_is_binary"] = true;
  }
}

} // namespace troupe::steps
