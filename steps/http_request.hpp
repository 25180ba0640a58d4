// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/error.hpp"
#include "troupe/expected.hpp"
#include "troupe/value.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::steps {

struct http_request {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<value> body;           ///< a text goes as it is, anything else as JSON
  size_t max_bytes = size_t{64} << 20; ///< of the response's body, decompressed
  bool follow_redirects = true;
  bool allow_private = true; ///< addresses of this machine and of private networks
  std::string ca_file;       ///< certificates to trust; empty: the system's
  /// Gets the body of a success piece by piece, in the client's thread.
  std::function<void(std::string_view)> on_data;
  /// Called at most once, in the client's thread, if all connections are in use.
  std::function<void()> on_queued;
};

struct http_response {
  int status = 0;
  std::string reason;                         ///< such as "Not Found"; often empty
  std::map<std::string, std::string> headers; ///< names in lower case; repeated ones joined
  std::string body;
  double seconds = 0;                ///< from the start to the last byte, redirects included
  std::optional<double> retry_after; ///< seconds, if the response says so
};

using http_result = expected<http_response>;

/// The URL without what may be a secret in it: user, password, query and fragment.
std::string bare_url(const std::string& url);

} // namespace troupe::steps
