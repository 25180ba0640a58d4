// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "steps/http_client.hpp"
#include "troupe/registry.hpp"

#include <stop_token>

// What the kinds that speak HTTP have in common.
namespace troupe::steps {

/// invalid_input if the header would break out of its line.
void add_header(http_request& x, const std::string& name, const std::string& text);
bool has_header(const http_request& x, const std::string& name);
/// The body, and what it is unless a header says so.
void set_body(http_request& x, const value& body);

/// Sends a request for a step, and ends it on a stop request. The step answers with what `done`
/// makes of the response, in the client's thread; it may throw step_error.
void send(http_client& client, const std::stop_token& stop, http_request order,
          const promise& answer, std::function<step_output(http_response)> done);

/// A status that is a failure: http_status, with what the service says in the message and in the
/// details. `what`: the request, for the message.
[[noreturn]] void throw_http_status(const http_response& x, const std::string& what);

/// The body as `response`: JSON if the service says that it is some, else text, else base64.
void put_body(nlohmann::json& out, const http_response& x, const std::string& what);

} // namespace troupe::steps
