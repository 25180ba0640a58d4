// SPDX-License-Identifier: Apache-2.0
#include "steps/http_transfer.hpp"

#include "steps/private_address.hpp"
#include "troupe/encoding.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <set>

namespace troupe::steps {

namespace {

constexpr int most_redirects = 10;
constexpr size_t most_header_bytes = 256 << 10;
constexpr long connect_timeout_ms = 30'000;

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// What another host may see of the headers that were meant for the first.
bool is_for_everybody(const std::string& header) {
  static const std::set<std::string> harmless{"accept", "accept-language", "content-type",
                                              "user-agent"};
  return harmless.contains(lower(header));
}

bool may_pass_by_itself(CURLcode how) {
  switch (how) {
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CONNECT_ERROR:
    return false;
  default:
    return true;
  }
}

} // namespace

std::string origin_of(const std::string& url) {
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed{curl_url(), curl_url_cleanup};
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return {};
  std::string out;
  for (auto part : {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT}) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK)
      out += lower(text) + " ";
    curl_free(text);
  }
  return out;
}

std::string bare_url(const std::string& url) {
  auto out = url.substr(0, url.find_first_of("?#"));
  auto scheme = out.find("://"); // libcurl takes URLs without one, too
  auto host = scheme == out.npos ? 0 : scheme + 3;
  auto end = std::min(out.find('/', host), out.size());
  if (auto at = out.rfind('@', end); at != out.npos && at >= host && at < end)
    out.erase(host, at + 1 - host);
  return out;
}

http_transfer::http_transfer(http_request order)
  : order_{std::move(order)}, easy_{curl_easy_init()}, begin_{std::chrono::steady_clock::now()} {
  origin_ = origin_of(order_.url);
  if (order_.body)
    body_ = order_.body->as_text();
  if (easy_)
    prepare();
}

void http_transfer::prepare() {
  auto easy = easy_.get();
  curl_easy_reset(easy);
  auto set = [easy](auto option, auto x) { curl_easy_setopt(easy, option, x); };
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, detail_.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L); // a cancel does not wait for a name to be looked up
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_URL, order_.url.c_str());
  set(CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
  set(CURLOPT_ACCEPT_ENCODING, ""); // whatever libcurl can decompress
  set(CURLOPT_USERAGENT, "troupe");
  if (!order_.ca_file.empty())
    set(CURLOPT_CAINFO, order_.ca_file.c_str());

  if (order_.method == "HEAD")
    set(CURLOPT_NOBODY, 1L);
  else
    set(CURLOPT_CUSTOMREQUEST, order_.method.c_str());
  auto sends_body = order_.method == "POST" || order_.method == "PUT" || order_.method == "PATCH";
  if (order_.body || sends_body) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    set(CURLOPT_POSTFIELDS, body_.c_str());
  }
  curl_slist* list = nullptr;
  for (auto& [name, text] : order_.headers)
    list = curl_slist_append(list, (name + (text.empty() ? ";" : ": " + text)).c_str());
  list = curl_slist_append(list, "Expect:"); // no second's wait for a "100 Continue"
  headers_.reset(list);
  set(CURLOPT_HTTPHEADER, headers_.get());

  set(CURLOPT_HEADERDATA, this);
  set(
    CURLOPT_HEADERFUNCTION, +[](char* at, size_t, size_t size, void* self) {
      return static_cast<http_transfer*>(self)->take_header({at, size});
    });
  set(CURLOPT_WRITEDATA, this);
  set(
    CURLOPT_WRITEFUNCTION, +[](char* at, size_t, size_t size, void* self) {
      return static_cast<http_transfer*>(self)->take_body({at, size});
    });
  set(CURLOPT_OPENSOCKETDATA, this);
  set(
    CURLOPT_OPENSOCKETFUNCTION, +[](void* self, curlsocktype, curl_sockaddr* address) {
      return static_cast<http_transfer*>(self)->open_socket(*address);
    });
  if (order_.allow_private)
    return;
  set(CURLOPT_PROXY, ""); // a proxy would look the name up where we cannot see it
  set(CURLOPT_PREREQDATA, this);
  set(
    CURLOPT_PREREQFUNCTION, +[](void* self, char* address, char*, int, int) {
      return static_cast<http_transfer*>(self)->check_peer(address);
    });
}

size_t http_transfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > most_header_bytes) {
    too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) { // a new response: after a 100, for one
    response_.headers.clear();
    auto reason = line.find(' ', std::min(line.find(' '), line.size() - 1) + 1);
    response_.reason =
      as_utf8(std::string{reason == line.npos ? "" : trimmed(line.substr(reason))});
    return line.size();
  }
  auto colon = line.find(':');
  if (colon == line.npos)
    return line.size();
  auto& text = response_.headers[as_utf8(lower(trimmed(line.substr(0, colon))))];
  text += (text.empty() ? "" : ", ") + as_utf8(std::string{trimmed(line.substr(colon + 1))});
  return line.size();
}

size_t http_transfer::take_body(std::string_view piece) {
  if (response_.body.size() + piece.size() > order_.max_bytes) {
    too_large_ = true;
    return 0;
  }
  response_.body += piece;
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (order_.on_data && status >= 200 && status < 300)
    order_.on_data(piece);
  return piece.size();
}

/// The place to look at an address: it is the one that the name has been resolved to.
curl_socket_t http_transfer::open_socket(const curl_sockaddr& address) {
  if (!order_.allow_private && is_private(address.addr)) {
    denied_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
}

/// A connection that is used again was perhaps made for somebody who may do more.
int http_transfer::check_peer(const std::string& address) {
  if (!is_private(address))
    return CURL_PREREQFUNC_OK;
  denied_ = true;
  return CURL_PREREQFUNC_ABORT;
}

std::optional<http_result> http_transfer::finish(CURLcode how) {
  if (how != CURLE_OK)
    return unexpected{why_failed(how)};
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  char* next = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &next);
  if (order_.follow_redirects && next && is_redirect()) {
    if (++redirects_ > most_redirects)
      return unexpected{error{.code = errc::http_status,
                              .message = order_.method + " " + bare_url(order_.url) +
                                         ": more than " + std::to_string(most_redirects) +
                                         " redirects",
                              .retryable = false}};
    follow(std::string{next});
    return {};
  }
  curl_off_t wait = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &wait);
  if (response_.headers.contains("retry-after"))
    response_.retry_after = static_cast<double>(wait);
  std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin_;
  response_.seconds = taken.count();
  return std::move(response_);
}

bool http_transfer::is_redirect() const {
  static const std::set<int> redirects{301, 302, 303, 307, 308};
  return redirects.contains(response_.status);
}

/// Source: RFC 9110, 15.4, for what becomes of method and body.
void http_transfer::follow(const std::string& url) {
  auto becomes_get =
    response_.status == 303 || (response_.status <= 302 && order_.method == "POST");
  if (becomes_get && order_.method != "HEAD") {
    order_.method = "GET";
    order_.body.reset();
    body_.clear();
    std::erase_if(order_.headers, [](auto& x) { return lower(x.first) == "content-type"; });
  }
  if (origin_of(url) != origin_of(order_.url))
    std::erase_if(order_.headers, [](auto& x) { return !is_for_everybody(x.first); });
  order_.url = url;
  response_ = {};
  header_bytes_ = 0;
  prepare();
}

error http_transfer::why_failed(CURLcode how) const {
  auto where = order_.method + " " + bare_url(order_.url) + ": ";
  std::string detail = detail_[0] != 0 ? detail_.data() : curl_easy_strerror(how);
  long number = 0, connects = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &connects);
  if (how == CURLE_COULDNT_CONNECT && number != 0)
    detail = std::strerror(static_cast<int>(number));
  if (too_large_)
    return {.code = errc::payload_too_large,
            .message = where + "the response is larger than " + std::to_string(order_.max_bytes) +
                       " bytes (`max_bytes`), or its headers than 256 KiB"};
  if (denied_)
    return {.code = errc::denied,
            .message = where + "the name leads to a private address (`allow_private`)"};
  if (connects == 0 && (how == CURLE_URL_MALFORMAT || how == CURLE_UNSUPPORTED_PROTOCOL))
    return {.code = errc::invalid_input,
            .message = "\"" + bare_url(order_.url) + "\" is no http or https URL: " + detail};
  return {.code = errc::connection_failed,
          .message = where + detail,
          .retryable = may_pass_by_itself(how)};
}

} // namespace troupe::steps
