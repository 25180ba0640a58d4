// SPDX-License-Identifier: Apache-2.0
#include "steps/http_call.hpp"
#include "steps/kinds.hpp"
#include "steps/tell_waiting.hpp"
#include "troupe/encoding.hpp"

#include <algorithm>

namespace troupe::steps {

namespace {

using nlohmann::json;

void add_query(std::string& url, const value& params) {
  auto fragment = url.find('#');
  auto rest = fragment == url.npos ? std::string{} : url.substr(fragment);
  url.resize(std::min(fragment, url.size()));
  params.each_member([&](const std::string& name, const value& x) {
    url += (url.find('?') == url.npos ? "?" : "&") + percent_encoded(name) + "=" +
           percent_encoded(x.as_text());
  });
  url += rest;
}

http_request request_from(const step_input& in, const http_options& options) {
  http_request x;
  x.url = in.param("url").as_text();
  if (!x.url.starts_with("http://") && !x.url.starts_with("https://"))
    throw step_error{errc::invalid_input, "\"" + bare_url(x.url) + "\" is no http or https URL"};
  add_query(x.url, in.param("params"));
  auto body = in.params.find("body");
  auto method = in.params.find("method");
  x.method = method ? method->text() : body ? "POST" : "GET";
  in.param("headers").each_member(
    [&](const std::string& name, const value& text) { add_header(x, name, text.as_text()); });
  if (auto token = in.params.find("auth_token"))
    add_header(x, "Authorization", "Bearer " + token->as_text());
  if (auto key = in.params.find("api_key")) {
    auto name = in.params.find("api_key_header");
    add_header(x, name ? name->as_text() : "X-API-Key", key->as_text());
  }
  if (body)
    set_body(x, *body);
  if (auto most = in.params.find("max_bytes"))
    x.max_bytes = most->json().get<size_t>();
  x.follow_redirects = in.param("follow_redirects").json() != false;
  x.allow_private = options.allow_private && in.param("allow_private").json() != false;
  x.ca_file = options.ca_file;
  return x;
}

bool is_expected(const value& expect, int status) {
  if (expect.is_null())
    return status >= 200 && status < 300;
  auto& list = expect.json();
  return std::find(list.begin(), list.end(), status) != list.end();
}

step_output output_from(http_response x, const value& params, const std::string& what) {
  if (!is_expected(params.find("expect").value_or(value{}), x.status))
    throw_http_status(x, what);
  auto out = json::object();
  put_body(out, x, what);
  out["status_code"] = x.status;
  out["response_headers"] = x.headers;
  out["response_time"] = x.seconds;
  return out;
}

} // namespace

/// Sends one request. Reacts to cancel at once: the connection is closed.
step_kind http_kind(std::shared_ptr<http_client> client, const http_options& options) {
  auto schema = R"({
    "type": "object",
    "properties": {
      "url": {"type": "string", "format": "url",
              "description": "http or https; what templates give is percent-encoded, but not at its very start"},
      "method": {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
                 "description": "POST with a body, else GET"},
      "headers": {"type": "object", "description": "name to text"},
      "params": {"type": "object", "description": "the query: name to text or number"},
      "body": {"aliases": ["json", "data"], "description": "a text goes as it is, anything else as JSON"},
      "auth_token": {"type": "string", "description": "sent as `Authorization: Bearer …`"},
      "api_key": {"type": "string", "description": "sent as the header `api_key_header`"},
      "api_key_header": {"type": "string", "description": "X-API-Key by default"},
      "expect": {"type": "array", "items": {"type": "integer"}, "minItems": 1,
                 "description": "the status codes that are no failure; 200 to 299 by default"},
      "max_bytes": {"type": "integer", "minimum": 0,
                    "description": "of the body, decompressed; 64 MiB by default"},
      "follow_redirects": {"type": "boolean", "description": "at most 10; true by default"},
      "allow_private": {"type": "boolean",
                        "description": "whether the address may be one of this machine or of a private network; as the engine says by default"},
      "timeout": {"format": "duration", "description": "another way to write the node's timeout; 30 s by default"}
    },
    "required": ["url"],
    "additionalProperties": false
  })"_json;
  auto run = [client = std::move(client), options](const step_input& in, const promise& answer) {
    auto order = request_from(in, options);
    order.on_queued = tell_waiting(in, "max_connections");
    auto what = order.method + " " + bare_url(order.url);
    auto done = [params = in.params, what](http_response x) {
      return output_from(std::move(x), params, what);
    };
    send(*client, in.stop, std::move(order), answer, std::move(done));
  };
  return {.name = "http",
          .summary = "Sends an HTTP request.",
          .params = schema,
          .input = "any",
          .output = "json",
          .run = async_fn{run},
          .timeout = std::chrono::seconds{30},
          .reaches_outside = true};
}

} // namespace troupe::steps
