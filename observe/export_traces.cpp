// SPDX-License-Identifier: Apache-2.0
#include "troupe/encoding.hpp"
#include "troupe/otlp.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>

namespace troupe {

namespace {

using nlohmann::json;

constexpr long limit_ms = 10'000;
constexpr size_t most_response_bytes = 64 << 10;
constexpr size_t longest_told = 200;
constexpr std::string_view place = "/v1/traces";

struct free_easy {
  void operator()(CURL* x) const { curl_easy_cleanup(x); }
};
struct free_list {
  void operator()(curl_slist* x) const { curl_slist_free_all(x); }
};

std::string address_of(std::string url) {
  if (url.ends_with(place))
    return url;
  while (url.ends_with('/'))
    url.pop_back();
  return url.append(place);
}

/// What is beyond the bound is of no interest.
size_t take_piece(char* at, size_t, size_t size, void* response) {
  auto& out = *static_cast<std::string*>(response);
  out.append(at, std::min(size, most_response_bytes - out.size()));
  return size;
}

errc code_of(CURLcode how) {
  switch (how) {
  case CURLE_OPERATION_TIMEDOUT:
    return errc::timeout;
  case CURLE_URL_MALFORMAT:
  case CURLE_UNSUPPORTED_PROTOCOL:
    return errc::invalid_input;
  default:
    return errc::connection_failed;
  }
}

/// A collector may take the request and refuse spans of it.
expected<void> read_answer(long status, const std::string& body) {
  if (status < 200 || status >= 300)
    return failure(errc::http_status, "answered with " + std::to_string(status) + ": " +
                                        shortened(as_utf8(body), longest_told));
  auto answer = json::parse(body, nullptr, false);
  auto refused = answer.is_object() ? answer.value("partialSuccess", json{}) : json{};
  auto told = refused.is_object() ? refused.value("errorMessage", json{}) : json{};
  auto count = refused.is_object() ? refused.value("rejectedSpans", json{}) : json{};
  if (count.is_null() || count == 0 || count == "0")
    return {};
  return failure(errc::http_status,
                 "did not accept " + (count.is_string() ? count.get<std::string>() : count.dump()) +
                   " spans: " + (told.is_string() ? told.get<std::string>() : ""));
}

} // namespace

expected<void> export_traces(const std::string& body, const std::string& url,
                             const std::map<std::string, std::string>& headers) {
  for (auto& [name, text] : headers)
    if ((name + text).find_first_of("\r\n") != text.npos)
      return failure(errc::invalid_input, "a header must not have line breaks");
  std::unique_ptr<CURL, free_easy> easy{curl_easy_init()};
  if (!easy)
    return failure(errc::connection_failed, "libcurl gives no handle");
  auto address = address_of(url);
  curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
  for (auto& [name, text] : headers)
    list = curl_slist_append(list, (name + ": " + text).c_str());
  std::unique_ptr<curl_slist, free_list> lines{curl_slist_append(list, "Expect:")};
  std::string response;
  std::array<char, CURL_ERROR_SIZE> detail{};
  auto set = [&](auto option, auto x) { curl_easy_setopt(easy.get(), option, x); };
  set(CURLOPT_URL, address.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTPHEADER, lines.get());
  set(CURLOPT_USERAGENT, "troupe");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, limit_ms);
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  set(CURLOPT_POSTFIELDS, body.c_str());
  set(CURLOPT_ERRORBUFFER, detail.data());
  set(CURLOPT_WRITEFUNCTION, take_piece);
  set(CURLOPT_WRITEDATA, &response);
  auto how = curl_easy_perform(easy.get());
  if (how != CURLE_OK)
    return failure(code_of(how), detail[0] != 0 ? detail.data() : curl_easy_strerror(how));
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  return read_answer(status, response);
}

} // namespace troupe
