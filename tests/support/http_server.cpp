// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_server.hpp"

#include "tests/support/certificate.hpp"

#include <httplib.h>

#include <algorithm>
#include <list>
#include <mutex>
#include <thread>

namespace troupe::test {

namespace {

constexpr size_t server_threads = 256;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), ::tolower);
  return text;
}

} // namespace

struct http_server::state {
  std::mutex mutex;
  handler answer;
  received last;
  std::unique_ptr<httplib::Server> server;
  std::string scheme;
  int port = 0;
  std::thread thread;
};

http_server::http_server(handler answer, transport how) : state_{std::make_unique<state>()} {
  auto& st = *state_;
  st.answer = std::move(answer);
  if (how == transport::tls) {
    make_certificate(certificate_file(), "server.key", "troupe.test");
    st.server = std::make_unique<httplib::SSLServer>(certificate_file().c_str(), "server.key");
    st.scheme = "https";
  } else {
    st.server = std::make_unique<httplib::Server>();
    st.scheme = "http";
  }
  st.server->new_task_queue = [] { return new httplib::ThreadPool(server_threads); };
  st.server->set_tcp_nodelay(true);
  st.server->set_keep_alive_timeout(1); // how long its end waits for idle connections
  st.server->set_keep_alive_max_count(1'000'000);
  auto serve = [this, &st](const httplib::Request& in, httplib::Response& out) {
    ++requests;
    received x{in.method, in.path, in.body, {in.params.begin(), in.params.end()}, {}};
    for (auto& [name, text] : in.headers)
      x.headers.emplace(lower(name), text);
    std::unique_lock guard{st.mutex};
    st.last = x;
    auto respond = st.answer;
    guard.unlock();
    auto said = respond(x);
    out.status = said.status;
    for (auto& [name, text] : said.headers)
      out.headers.emplace(name, text);
    out.set_content(said.body, said.type);
  };
  st.server->Get(".*", serve).Post(".*", serve).Put(".*", serve).Patch(".*", serve);
  st.server->Delete(".*", serve).Options(".*", serve);
  st.port = st.server->bind_to_any_port("127.0.0.1");
  st.thread = std::thread{[&st] { st.server->listen_after_bind(); }};
  while (!st.server->is_running())
    std::this_thread::yield();
}

http_server::~http_server() {
  state_->server->stop();
  state_->thread.join();
}

void http_server::answer_with(handler answer) {
  std::lock_guard guard{state_->mutex};
  state_->answer = std::move(answer);
}

received http_server::last() const {
  std::lock_guard guard{state_->mutex};
  return state_->last;
}

int http_server::port() const { return state_->port; }

std::string http_server::url(const std::string& path) const {
  return state_->scheme + "://127.0.0.1:" + std::to_string(state_->port) + path;
}

struct raw_server::state {
  int socket = -1;
  int port = 0;
  std::thread acceptor;
  std::mutex mutex;
  std::list<std::thread> talks;
};

raw_server::raw_server(std::function<void(int)> talk) : state_{std::make_unique<state>()} {
  auto& st = *state_;
  st.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  ::bind(st.socket, reinterpret_cast<sockaddr*>(&here), size);
  ::getsockname(st.socket, reinterpret_cast<sockaddr*>(&here), &size);
  st.port = ntohs(here.sin_port);
  ::listen(st.socket, 1024);
  st.acceptor = std::thread{[this, &st, talk = std::move(talk)] {
    for (;;) {
      auto client = ::accept4(st.socket, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0)
        return;
      ++accepted;
      std::lock_guard guard{st.mutex};
      st.talks.emplace_back([this, talk, client] {
        talk(client);
        ::close(client);
        ++ended;
      });
    }
  }};
}

raw_server::~raw_server() {
  ::shutdown(state_->socket, SHUT_RDWR);
  state_->acceptor.join();
  for (auto& one : state_->talks)
    one.join();
  ::close(state_->socket);
}

std::string raw_server::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(state_->port) + path;
}

std::string read_request(int socket) {
  std::string text;
  char one = 0;
  while (!text.ends_with("\r\n\r\n") && ::recv(socket, &one, 1, 0) == 1)
    text += one;
  return text;
}

void write_text(int socket, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    auto count = ::send(socket, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (count <= 0)
      return;
    done += static_cast<size_t>(count);
  }
}

void wait_for_close(int socket) {
  char buffer[1024];
  while (::recv(socket, buffer, sizeof buffer, 0) > 0) {
  }
}

} // namespace troupe::test
