// SPDX-License-Identifier: Apache-2.0
#include "cluster/openssl.hpp"
#include "cluster/pem_file.hpp"
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/memory.hpp"
#include "troupe/certificates.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <set>

// A worker that speaks TLS, and whoever else finds its port.

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

/// A connection that does not know better; the other end may do with it what it likes.
class raw_connection {
public:
  raw_connection() : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {}
  explicit raw_connection(uint16_t port) : raw_connection{} { connect(port); }
  void connect(uint16_t port) const {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BOOST_REQUIRE(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    timeval most{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  }
  ~raw_connection() { ::close(fd_); }
  raw_connection(const raw_connection&) = delete;
  raw_connection& operator=(const raw_connection&) = delete;

  int fd() const { return fd_; }
  void say(const std::string& bytes) const {
    [[maybe_unused]] auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  /// Whether the other end hangs up, whatever it says before.
  bool is_hung_up() const {
    std::array<char, 4096> buffer{};
    for (;;) {
      auto got = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (got <= 0)
        return got == 0 || errno == ECONNRESET;
    }
  }

private:
  int fd_;
};

/// This process gets about so few descriptors more than it has.
class few_descriptors {
public:
  explicit few_descriptors(rlim_t more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    auto now = before_;
    std::set<rlim_t> used;
    for (auto& x : std::filesystem::directory_iterator{"/proc/self/fd"})
      used.insert(std::stoul(x.path().filename().string()));
    for (now.rlim_cur = 0; more > 0; ++now.rlim_cur)
      more -= used.contains(now.rlim_cur) ? 0 : 1;
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~few_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  few_descriptors(const few_descriptors&) = delete;
  few_descriptors& operator=(const few_descriptors&) = delete;

private:
  rlimit before_{};
};

/// A file that is away as long as this lives.
class moved_away {
public:
  explicit moved_away(std::string file) : file_{std::move(file)} {
    std::filesystem::rename(file_, file_ + ".away");
  }
  ~moved_away() { std::filesystem::rename(file_ + ".away", file_); }
  moved_away(const moved_away&) = delete;
  moved_away& operator=(const moved_away&) = delete;

private:
  std::string file_;
};

/// Asks again and again, for as long as it may take.
bool comes_true(const std::function<bool()>& what) {
  auto end = std::chrono::steady_clock::now() + 20s;
  while (!what())
    if (std::chrono::steady_clock::now() > end)
      return false;
  return true;
}

using context_ptr = std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)>;
using session_ptr = std::unique_ptr<SSL, decltype(&::SSL_free)>;

/// Whether the worker still talks to who has shown this certificate; none: nothing was shown.
bool is_let_in(uint16_t port, const X509* certificate, const EVP_PKEY* key) {
  raw_connection to{port};
  context_ptr context{::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free};
  if (certificate) {
    ::SSL_CTX_use_certificate(context.get(), const_cast<X509*>(certificate));
    ::SSL_CTX_use_PrivateKey(context.get(), const_cast<EVP_PKEY*>(key));
  }
  session_ptr session{::SSL_new(context.get()), &::SSL_free};
  ::SSL_set_fd(session.get(), to.fd());
  if (::SSL_connect(session.get()) != 1)
    return false;
  // With TLS 1.3 a client learns only by reading that it was not wanted.
  char byte = 0;
  auto got = ::SSL_read(session.get(), &byte, 1);
  return got > 0; // CAF greets whom it lets in
}

/// The certificate of a node as it would be had it expired yesterday.
certificate_ptr expired(const tls_files& node, const std::string& authority_key) {
  auto old = read_certificate(node.certificate);
  auto signer = read_private_key(authority_key);
  BOOST_REQUIRE((old && signer));
  ::X509_gmtime_adj(::X509_getm_notBefore(old->get()), -2 * 86'400);
  ::X509_gmtime_adj(::X509_getm_notAfter(old->get()), -86'400);
  BOOST_REQUIRE(::X509_sign(old->get(), signer->get(), ::EVP_sha256()) != 0);
  return std::move(*old);
}

struct tls_cluster : scratch_folder {
  tls_cluster()
    : ours{*make_certificates({.folder = "ours", .nodes = {"home", "worker"}})},
      theirs{*make_certificates({.folder = "theirs", .nodes = {"home"}})} {
    ::signal(SIGPIPE, SIG_IGN);
    options.tls = ours.nodes[1];
    auto add = [this](registry& kinds) {
      kinds.add("held", [this](const step_input& in) {
        begun = true;
        begun.notify_all();
        end.wait(false);
        return step_output{in.input};
      });
    };
    all = std::make_unique<cluster_fixture>(1, add, options);
  }
  /// How often a branch on the first worker loses it while something else happens.
  size_t losses_during(const std::function<void()>& something) {
    auto flow = all->nodes("{'id': 'a', 'type': 'held', 'place': {'node': 'w1'}}");
    run_options listening;
    listening.on_event = [this](const event& x) {
      losses += x.type == event_type::node_lost ? 1 : 0;
    };
    auto result = all->home->run_async(flow, {}, std::move(listening));
    begun.wait(false);
    something();
    for (auto i = 0; i < 10; ++i)
      BOOST_TEST(answer() == 7); // over the same connection
    end = true;
    end.notify_all();
    BOOST_TEST(result.get().success());
    return losses;
  }
  uint16_t port() { return all->workers()[0].port(); }
  nlohmann::json answer() {
    return all->output_of("{'id': 'a', 'type': 'echo', 'params': {'value': 7}, 'place': "
                          "{'spread': true}}");
  }

  made_certificates ours, theirs;
  network_options options;
  std::atomic<bool> begun = false, end = false; // of the step "held"
  std::atomic<size_t> losses = 0;               // events may come after the result
  std::unique_ptr<cluster_fixture> all;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(tls, tls_cluster)

BOOST_AUTO_TEST_CASE(branches_run_between_nodes_of_one_authority) { BOOST_TEST(answer() == 7); }

BOOST_AUTO_TEST_CASE(secrets_travel_where_nobody_else_can_read) {
  run_options options;
  options.secret = [](const std::string&) { return std::optional<std::string>{"from home"}; };
  auto flow = all->nodes("{'id': 'a', 'type': 'template', 'place': {'spread': true}, 'params': "
                         "{'text': '${secret.CLUSTER_TEST_KEY}'}}",
                         "'secrets': ['CLUSTER_TEST_KEY'],");
  auto result = all->home->run(flow, {}, std::move(options));
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(result.output.json() == "from home");
}

BOOST_AUTO_TEST_CASE(only_who_shows_a_valid_certificate_of_the_authority_is_let_in) {
  auto shown = [&](const tls_files& x) {
    auto certificate = read_certificate(x.certificate);
    auto key = read_private_key(x.key);
    return is_let_in(port(), certificate->get(), key->get());
  };
  BOOST_TEST(shown(ours.nodes[0]));
  BOOST_TEST(!shown(theirs.nodes[0]));
  BOOST_TEST(!is_let_in(port(), nullptr, nullptr));
  auto old = expired(ours.nodes[0], ours.authority_key);
  auto key = read_private_key(ours.nodes[0].key);
  BOOST_TEST(!is_let_in(port(), old.get(), key->get()));
  BOOST_TEST(answer() == 7);
}

BOOST_AUTO_TEST_CASE(who_speaks_in_the_open_gets_no_connection) {
  engine_options options;
  options.network.emplace();
  engine plain{options};
  BOOST_REQUIRE(plain.connect("127.0.0.1:" + std::to_string(port())));
  auto flow = must_parse("{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'echo', 'place': "
                         "{'spread': true, 'queue': '300ms'}}]}",
                         plain.steps());
  auto result = plain.run(flow);
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::no_worker));
  BOOST_TEST(answer() == 7);
}

BOOST_AUTO_TEST_CASE(garbage_costs_the_worker_little_and_others_nothing) {
  BOOST_TEST(answer() == 7);
  auto before = resident_mb();
  // The header of CAF's own protocol that asks for gigabytes, and noise.
  std::string header(32, '\xff');
  std::vector<std::unique_ptr<raw_connection>> held;
  for (auto i = 0; i < 1000; ++i) {
    held.push_back(std::make_unique<raw_connection>(port()));
    held.back()->say(i % 2 == 0 ? header : std::string(1 + i % 500, static_cast<char>(i)));
    if (i % 100 == 50)
      BOOST_TEST(answer() == 7); // a good peer is served meanwhile
  }
  for (size_t i = 0; i < held.size(); i += 2)
    BOOST_TEST(held[i]->is_hung_up());
  BOOST_TEST(answer() == 7);
  auto grown = resident_mb() - before;
  BOOST_TEST((grown < 50 || !memory_is_its_own), grown << " MB");
  BOOST_TEST_MESSAGE("1,000 connections of garbage: " << grown << " MB");
}

BOOST_AUTO_TEST_CASE(who_hangs_up_in_the_handshake_costs_others_nothing) {
  auto losses = losses_during([&] {
    raw_connection noise{port()};
    noise.say("no TLS");
    BOOST_TEST(noise.is_hung_up());
  });
  BOOST_TEST(losses == 0u);
}

BOOST_AUTO_TEST_CASE(a_worker_that_ends_costs_others_nothing) {
  engine_options set;
  set.network = options;
  auto other = std::make_unique<engine>(std::move(set));
  auto second = std::make_unique<worker>(*worker::start(*other, {.name = "w2"}));
  BOOST_REQUIRE(all->home->connect("127.0.0.1:" + std::to_string(second->port())));
  BOOST_TEST(all->output_of("{'id': 'a', 'type': 'echo', 'params': {'value': 8}, 'place': "
                            "{'node': 'w2'}}") == 8);
  auto losses = losses_during([&] {
    second.reset();
    other.reset(); // closes the connection
  });
  BOOST_TEST(losses == 0u);
}

BOOST_AUTO_TEST_CASE(who_only_holds_connections_takes_no_descriptors_from_others) {
  auto certificate = read_certificate(ours.nodes[0].certificate);
  auto key = read_private_key(ours.nodes[0].key);
  BOOST_TEST(answer() == 7);
  std::vector<std::unique_ptr<raw_connection>> idle; // have their descriptors already
  for (auto i = 0; i < 100; ++i)
    idle.push_back(std::make_unique<raw_connection>());
  few_descriptors limit{20};
  for (auto& x : idle) {
    x->connect(port());
    BOOST_TEST(answer() == 7);
  }
  idle.clear();
  BOOST_TEST(comes_true([&] { return is_let_in(port(), certificate->get(), key->get()); }));
}

BOOST_AUTO_TEST_CASE(who_says_nothing_is_hung_up_on) {
  raw_connection idle{port()};
  BOOST_TEST(idle.is_hung_up());
  BOOST_TEST(answer() == 7);
}

BOOST_AUTO_TEST_CASE(without_its_certificate_a_worker_refuses_connections_until_it_is_back) {
  auto certificate = read_certificate(ours.nodes[0].certificate);
  auto key = read_private_key(ours.nodes[0].key);
  BOOST_TEST(answer() == 7);
  {
    moved_away away{ours.nodes[1].certificate};
    BOOST_TEST(!is_let_in(port(), certificate->get(), key->get()));
    BOOST_TEST(answer() == 7);
  }
  BOOST_TEST(is_let_in(port(), certificate->get(), key->get()));
}

BOOST_AUTO_TEST_CASE(without_its_certificate_a_coordinator_connects_when_it_is_back) {
  engine_options set;
  set.network.emplace();
  set.network->tls = ours.nodes[0];
  engine other{std::move(set)};
  {
    moved_away away{ours.nodes[0].certificate};
    BOOST_REQUIRE(other.connect("127.0.0.1:" + std::to_string(port())));
    BOOST_TEST(comes_true([&] {
      auto known = other.workers();
      return !known.empty() && !known[0].problem.empty();
    }));
  }
  auto flow = must_parse("{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'echo', 'params': "
                         "{'value': 9}, 'place': {'spread': true, 'queue': '20s'}}]}",
                         other.steps());
  BOOST_TEST(other.run(flow).output.json() == 9);
}

BOOST_AUTO_TEST_CASE(files_that_are_not_right_close_the_network) {
  ::chmod(ours.nodes[1].key.c_str(), 0644);
  engine_options options;
  options.network.emplace();
  options.network->tls = ours.nodes[1];
  engine exposed{options};
  auto refused = exposed.connect("127.0.0.1:" + std::to_string(port()));
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == errc::denied));
  BOOST_TEST(!worker::start(exposed));
}

BOOST_AUTO_TEST_SUITE_END()
