// SPDX-License-Identifier: Apache-2.0
#include "cluster/tls_connector.hpp"

#include "cluster/strangers.hpp"

#include <caf/after.hpp>
#include <caf/behavior.hpp>
#include <caf/detail/socket_guard.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/doorman.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/middleman_actor_impl.hpp>
#include <caf/io/network/acceptor_impl.hpp>
#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/stream_impl.hpp>
#include <caf/io/scribe.hpp>
#include <caf/openssl/session.hpp>
#include <openssl/err.h>

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <memory>
#include <utility>

namespace troupe {

namespace {

namespace net = caf::io::network;

/// Far fewer than a process has descriptors; and longer than coordinators wait for an answer.
constexpr size_t most_strangers = 256;
constexpr duration longest_handshake = std::chrono::seconds{5};

/// OpenSSL keeps errors in a queue per thread and takes any of them for one of the call just made:
/// CAF 0.17 leaves there what one connection died of, and the next that had only nothing to read
/// died of it too. So none is left there for others.
class tls_stream {
public:
  tls_stream(caf::openssl::session_ptr x, std::shared_ptr<void> stranger)
    : session_{std::move(x)}, stranger_{std::move(stranger)} {}

  net::rw_state read_some(size_t& size, net::native_socket fd, void* buffer, size_t most) {
    auto state = alone(size, [&] { return session_->read_some(size, fd, buffer, most); });
    if (size > 0) // that is only behind a handshake
      stranger_ = nullptr;
    return state;
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
  std::shared_ptr<void> stranger_; // until the other end has shown who it is
  bool has_failed_ = false;
};

/// What caf::io::network::scribe_impl is to plain connections.
class tls_scribe final : public caf::io::scribe {
public:
  tls_scribe(net::default_multiplexer& loop, net::native_socket fd, caf::openssl::session_ptr x,
             std::shared_ptr<void> stranger)
    : scribe{net::conn_hdl_from_socket(fd)}, stream_{loop, fd, std::move(x), std::move(stranger)} {}

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

bool is_descriptor_free() {
  auto one = ::eventfd(0, EFD_CLOEXEC);
  if (one >= 0)
    ::close(one);
  return one >= 0;
}

/// CAF reads the files again for each connection, and throws when it cannot.
caf::openssl::session_ptr session_of(caf::actor_system& system, net::native_socket fd,
                                     strangers* known_to) {
  try {
    return caf::openssl::make_session(system, fd, known_to != nullptr);
  } catch (const std::exception&) {
    if (known_to && !is_descriptor_free())
      known_to->hang_up_on_oldest();
    return nullptr;
  }
}

/// Owns the socket; null: TLS cannot begin there. `known_to`: those among whom an accepted one is
/// until it has shown who it is; null: it was not accepted.
caf::io::scribe_ptr scribe_of(caf::actor_system& system, net::default_multiplexer& loop,
                              net::native_socket fd, strangers* known_to) {
  caf::detail::socket_guard socket{fd};
  net::nonblocking(fd, true);
  auto session = session_of(system, fd, known_to);
  if (!session)
    return nullptr;
  auto stranger = known_to ? known_to->add(fd, strangers::clock::now()) : nullptr;
  auto made = caf::make_counted<tls_scribe>(loop, fd, std::move(session), std::move(stranger));
  socket.release();
  return made;
}

/// Accepts connections, and at the limit of descriptors closes them: the kernel would tell for
/// ever of one that nobody takes.
class acceptor {
public:
  explicit acceptor(std::shared_ptr<strangers> x) : strangers_{std::move(x)} {}
  ~acceptor() { give_up_spare(); }
  acceptor(const acceptor&) = delete;
  acceptor& operator=(const acceptor&) = delete;

  bool try_accept(net::native_socket& made, net::native_socket fd) {
    made = accepted(fd);
    if (made != net::invalid_native_socket)
      return true;
    if (errno == EMFILE || errno == ENFILE) {
      strangers_->hang_up_on_oldest();
      turn_away(fd);
    }
    return false;
  }

private:
  static net::native_socket accepted(net::native_socket fd) {
    return ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  }
  void turn_away(net::native_socket fd) {
    give_up_spare();
    if (auto other = accepted(fd); other != net::invalid_native_socket)
      ::close(other);
    spare_ = ::eventfd(0, EFD_CLOEXEC);
  }
  void give_up_spare() {
    if (spare_ >= 0)
      ::close(std::exchange(spare_, -1));
  }

  std::shared_ptr<strangers> strangers_;
  int spare_ = ::eventfd(0, EFD_CLOEXEC); // a descriptor for who is turned away
};

/// What caf::io::network::doorman_impl is to plain connections.
class tls_doorman final : public caf::io::doorman {
public:
  tls_doorman(net::default_multiplexer& loop, net::native_socket fd, std::shared_ptr<strangers> x)
    : doorman{net::accept_hdl_from_socket(fd)}, strangers_{std::move(x)}, acceptor_{loop, fd,
                                                                                    strangers_} {}

  bool new_connection() override {
    if (detached()) // its broker has gone, the event was there before
      return false;
    auto& loop = acceptor_.backend();
    auto scribe =
      scribe_of(parent()->system(), loop, acceptor_.accepted_socket(), strangers_.get());
    if (!scribe)
      return false;
    auto handle = scribe->hdl();
    parent()->add_scribe(std::move(scribe));
    return doorman::new_connection(&loop, handle);
  }
  void graceful_shutdown() override {
    acceptor_.graceful_shutdown();
    detach(&acceptor_.backend(), false);
  }
  void launch() override { acceptor_.start(this); }
  std::string addr() const override {
    auto known = net::local_addr_of_fd(acceptor_.fd());
    return known ? *known : std::string{};
  }
  uint16_t port() const override {
    auto known = net::local_port_of_fd(acceptor_.fd());
    return known ? *known : uint16_t{0};
  }
  void add_to_loop() override { acceptor_.activate(this); }
  void remove_from_loop() override { acceptor_.passivate(); }

private:
  std::shared_ptr<strangers> strangers_;
  net::acceptor_impl<acceptor> acceptor_;
};

/// Hangs up on who takes too long to show who they are.
caf::behavior watch(caf::event_based_actor*, const std::shared_ptr<strangers>& all) {
  return {caf::after(std::chrono::seconds{1}) >>
          [all] { all->hang_up_on_late(strangers::clock::now()); }};
}

class tls_connector final : public caf::io::middleman_actor_impl {
public:
  using middleman_actor_impl::middleman_actor_impl;

  const char* name() const override { return "troupe.tls_connector"; }

protected:
  caf::expected<caf::io::scribe_ptr> connect(const std::string& host, uint16_t port) override {
    auto fd = net::new_tcp_connection(host, port);
    if (!fd)
      return std::move(fd.error());
    if (auto made = scribe_of(system(), loop(), *fd, nullptr))
      return made;
    return caf::sec::cannot_connect_to_node;
  }
  caf::expected<caf::io::doorman_ptr> open(uint16_t port, const char* address,
                                           bool reuse) override {
    auto fd = net::new_tcp_acceptor_impl(port, address, reuse);
    if (!fd)
      return std::move(fd.error());
    auto unknown = std::make_shared<strangers>(most_strangers, longest_handshake);
    spawn<caf::linked + caf::hidden>(watch, unknown);
    return caf::make_counted<tls_doorman>(loop(), *fd, std::move(unknown));
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
