// SPDX-License-Identifier: Apache-2.0
#include "cluster/tls_connector.hpp"

#include <caf/detail/socket_guard.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/middleman_actor_impl.hpp>
#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/doorman_impl.hpp>
#include <caf/io/network/stream_impl.hpp>
#include <caf/io/scribe.hpp>
#include <caf/openssl/session.hpp>
#include <openssl/err.h>

#include <utility>

namespace troupe {

namespace {

namespace net = caf::io::network;

/// OpenSSL keeps errors in a queue per thread and takes any of them for one of the call just made:
/// CAF 0.17 leaves there what one connection died of, and the next that had only nothing to read
/// died of it too. So none is left there for others.
class tls_stream {
public:
  explicit tls_stream(caf::openssl::session_ptr x) : session_{std::move(x)} {}

  net::rw_state read_some(size_t& size, net::native_socket fd, void* buffer, size_t most) {
    return alone(size, [&] { return session_->read_some(size, fd, buffer, most); });
  }
  net::rw_state write_some(size_t& size, net::native_socket fd, const void* buffer, size_t most) {
    return alone(size, [&] { return session_->write_some(size, fd, buffer, most); });
  }
  bool must_read_more(net::native_socket fd, size_t threshold) {
    return session_->must_read_more(fd, threshold);
  }

private:
  template <class F>
  net::rw_state alone(size_t& size, F&& call) {
    size = 0;
    if (has_failed_) // its error is in the queue no more; OpenSSL might not fail a second time
      return net::rw_state::failure;
    ::ERR_clear_error();
    auto state = call();
    has_failed_ = state == net::rw_state::failure;
    return state;
  }

  caf::openssl::session_ptr session_;
  bool has_failed_ = false;
};

/// What caf::io::network::scribe_impl is to plain connections.
class tls_scribe final : public caf::io::scribe {
public:
  tls_scribe(net::default_multiplexer& loop, net::native_socket fd, caf::openssl::session_ptr x)
    : scribe{net::conn_hdl_from_socket(fd)}, stream_{loop, fd, std::move(x)} {}

  void configure_read(caf::io::receive_policy::config x) override {
    stream_.configure_read(x);
    if (std::exchange(is_launched_, true))
      return;
    stream_.start(this);
    stream_.force_empty_write(this); // goes on with the handshake
  }
  void ack_writes(bool enable) override { stream_.ack_writes(enable); }
  std::vector<char>& wr_buf() override { return stream_.wr_buf(); }
  std::vector<char>& rd_buf() override { return stream_.rd_buf(); }
  void graceful_shutdown() override {
    stream_.graceful_shutdown();
    detach(&stream_.backend(), false);
  }
  void flush() override { stream_.flush(this); }
  std::string addr() const override {
    auto known = net::remote_addr_of_fd(stream_.fd());
    return known ? *known : std::string{};
  }
  uint16_t port() const override {
    auto known = net::remote_port_of_fd(stream_.fd());
    return known ? *known : uint16_t{0};
  }
  void add_to_loop() override { stream_.activate(this); }
  void remove_from_loop() override { stream_.passivate(); }

private:
  net::stream_impl<tls_stream> stream_;
  bool is_launched_ = false;
};

/// Owns the socket; null: TLS cannot begin there.
caf::io::scribe_ptr scribe_of(caf::actor_system& system, net::default_multiplexer& loop,
                              net::native_socket fd, bool is_accepted) {
  caf::detail::socket_guard socket{fd};
  net::nonblocking(fd, true);
  auto session = caf::openssl::make_session(system, fd, is_accepted);
  if (!session)
    return nullptr;
  auto made = caf::make_counted<tls_scribe>(loop, fd, std::move(session));
  socket.release();
  return made;
}

class tls_doorman final : public net::doorman_impl {
public:
  using doorman_impl::doorman_impl;

  bool new_connection() override {
    if (detached()) // its broker has gone, the event was there before
      return false;
    auto& loop = acceptor_.backend();
    auto scribe = scribe_of(parent()->system(), loop, acceptor_.accepted_socket(), true);
    if (!scribe)
      return false;
    auto handle = scribe->hdl();
    parent()->add_scribe(std::move(scribe));
    return doorman::new_connection(&loop, handle);
  }
};

class tls_connector final : public caf::io::middleman_actor_impl {
public:
  using middleman_actor_impl::middleman_actor_impl;

  const char* name() const override { return "troupe.tls_connector"; }

protected:
  caf::expected<caf::io::scribe_ptr> connect(const std::string& host, uint16_t port) override {
    auto fd = net::new_tcp_connection(host, port);
    if (!fd)
      return std::move(fd.error());
    if (auto made = scribe_of(system(), loop(), *fd, false))
      return made;
    return caf::sec::cannot_connect_to_node;
  }
  caf::expected<caf::io::doorman_ptr> open(uint16_t port, const char* address,
                                           bool reuse) override {
    auto fd = net::new_tcp_acceptor_impl(port, address, reuse);
    if (!fd)
      return std::move(fd.error());
    return caf::make_counted<tls_doorman>(loop(), *fd);
  }

private:
  net::default_multiplexer& loop() {
    return static_cast<net::default_multiplexer&>(system().middleman().backend());
  }
};

} // namespace

caf::io::middleman_actor spawn_tls_connector(caf::actor_system& system) {
  auto broker = system.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
  return system.spawn<tls_connector, caf::detached + caf::hidden>(std::move(broker));
}

} // namespace troupe
