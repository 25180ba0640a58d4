// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace troupe::test {

/// What a client has sent.
struct received {
  std::string method, path, body;
  std::multimap<std::string, std::string> query;
  std::multimap<std::string, std::string> headers; ///< names in lower case

  std::string header(const std::string& name) const {
    auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

struct reply {
  int status = 200;
  std::string body = {};
  std::string type = "application/json";
  std::multimap<std::string, std::string> headers = {};
};

/// A real HTTP server on a port of its own, on loopback. Answers with what the test says, several
/// requests at a time.
class http_server {
public:
  using handler = std::function<reply(const received&)>;

  enum class transport { plain, tls };
  explicit http_server(handler answer, transport how = transport::plain);
  ~http_server();

  /// `http://127.0.0.1:PORT`, or https.
  std::string url(const std::string& path = "") const;
  int port() const;
  /// Where its certificate is, as a file of the test's folder.
  static std::string certificate_file() { return "server.crt"; }

  /// From the next request on.
  void answer_with(handler answer);
  /// What the latest request has said.
  received last() const;

  std::atomic<int> requests = 0;

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// A server that knows no HTTP: whoever connects is handed to the test as a socket, in a thread of
/// its own, and the socket is closed when the test is done with it.
class raw_server {
public:
  explicit raw_server(std::function<void(int socket)> talk);
  ~raw_server();

  std::string url(const std::string& path = "") const;
  /// Connections that the other side has closed, so far as the test has read to their end.
  std::atomic<int> accepted = 0;
  std::atomic<int> ended = 0;

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Reads a request up to the blank line, and its end.
std::string read_request(int socket);
void write_text(int socket, const std::string& text);
/// Blocks until the other side has closed.
void wait_for_close(int socket);

} // namespace troupe::test
