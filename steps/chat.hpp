// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/step.hpp"

#include <optional>
#include <string>

// What an OpenAI-compatible service for chat completions is sent, and what it sends back. Pure.
namespace troupe::steps {

/// The body of a request; `model`: as settled from params and environment.
nlohmann::json chat_request(const value& params, const std::string& model);

/// What has come back so far: from one document, or from the events of a stream.
struct chat_answer {
  std::string text;
  std::string model;
  std::string id;
  std::string finish_reason;
  nlohmann::json usage;             ///< as the service says it; null: it says nothing
  std::optional<std::string> error; ///< that came instead, or in the middle
  bool is_stream = false;
  bool has_ended = false; ///< a stream said so

  /// A stream that has stopped without saying that it was over.
  bool is_cut_off() const { return is_stream && !has_ended && finish_reason.empty() && !error; }

  void take_document(const nlohmann::json& x);
  /// Adds one event of a stream; the piece of text that it brings.
  std::string take_event(const std::string& data);
};

/// USD per million tokens, `{"model": {"input": 2.5, "output": 10}}`.
using price_list = nlohmann::json;

/// `{tokens: {prompt, completion, total}, cost_usd}`, as far as known. `asked`: the model that was
/// asked for, should the service call it otherwise.
nlohmann::json bill_of(const chat_answer& x, const price_list& prices, const std::string& asked);

/// How long a service wants to be left alone, in seconds, from the headers for rate limits; `names`
/// in lower case. Nothing if they say nothing.
std::optional<double> rate_limit_reset(const std::map<std::string, std::string>& headers);

} // namespace troupe::steps
