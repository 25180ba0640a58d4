// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "steps/http_request.hpp"

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <memory>

namespace troupe::steps {

/// Scheme, host and port of a URL: who gets to see its credentials.
std::string origin_of(const std::string& url);

/// One request on its way, through as many redirects as it takes. Stays where it is: libcurl holds
/// its address.
class http_transfer {
public:
  explicit http_transfer(http_request order);
  http_transfer(const http_transfer&) = delete;
  http_transfer& operator=(const http_transfer&) = delete;

  CURL* handle() const { return easy_.get(); }
  const std::string& origin() const { return origin_; }
  /// To be called when libcurl has done with the handle. Nothing: it has been made ready for the
  /// place that the response leads to, and is to be handed to libcurl again.
  std::optional<http_result> finish(CURLcode how);

private:
  struct free_easy {
    void operator()(CURL* x) const { curl_easy_cleanup(x); }
  };
  struct free_list {
    void operator()(curl_slist* x) const { curl_slist_free_all(x); }
  };

  void prepare();
  bool is_redirect() const;
  void follow(const std::string& url);
  error why_failed(CURLcode how) const;

  size_t take_header(std::string_view line);
  size_t take_body(std::string_view piece);
  curl_socket_t open_socket(const curl_sockaddr& address);
  int check_peer(const std::string& address);

  http_request order_;
  std::string body_;   // as it is sent
  std::string origin_; // of the first URL
  std::unique_ptr<CURL, free_easy> easy_;
  std::unique_ptr<curl_slist, free_list> headers_;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  http_response response_;
  size_t header_bytes_ = 0;
  int redirects_ = 0;
  bool too_large_ = false;
  bool denied_ = false;
  std::chrono::steady_clock::time_point begin_;
};

} // namespace troupe::steps
