// SPDX-License-Identifier: Apache-2.0
#include "engine/network.hpp"

#include "actors/pool.hpp"
#include "cluster/envelope.hpp"
#include "cluster/placed.hpp"
#include "cluster/tls_check.hpp"
#include "cluster/tls_connector.hpp"
#include "engine/run_id.hpp"

#include <caf/function_view.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/middleman_actor.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <set>

namespace troupe {

namespace {

/// So many beats fit into a lease that one lost or late does no harm.
constexpr int beats_in_lease = 10;
/// Addresses that are tried at once: each may take seconds when nobody answers.
constexpr size_t most_tries = 8;

line::heartbeat times_of(const network_options& x) {
  return {std::min(x.heartbeat, x.lease / beats_in_lease), x.lease};
}

class on_workers final : public elsewhere {
public:
  on_workers(caf::actor members, placing_rules rules)
    : members_{std::move(members)}, rules_{rules} {}

  caf::actor spawn(caf::local_actor* parent, const shared_services& services,
                   const child_spec& child, const std::string& path) const override {
    return parent->spawn<placed_actor>(services, child, path, members_, rules_);
  }

private:
  caf::actor members_;
  placing_rules rules_;
};

caf::actor connector_of(caf::actor_system& system, bool is_private) {
  auto handle = is_private ? spawn_tls_connector(system) : system.middleman().actor_handle();
  return caf::actor_cast<caf::actor>(handle);
}

} // namespace

network::network(caf::actor_system& system, const network_options& options, caf::actor timer,
                 std::optional<error> problem)
  : system_{system}, options_{options}, problem_{std::move(problem)} {
  if (problem_)
    return;
  threads_ = std::make_shared<thread_pool>(most_tries);
  pool_ = system_.spawn(troupe::pool, threads_);
  connector_ = connector_of(system_, options.tls.has_value());
  auto me = std::make_shared<const coordinator_identity>(coordinator_identity{
    new_run_id(), times_of(options), options.largest_message, options.tls.has_value()});
  members_ =
    system_.spawn<members_actor>(std::move(timer), pool_, connector_, std::move(me), board_);
  branches_ =
    std::make_shared<const on_workers>(members_, placing_rules{options.queue, options.max_moves});
}

network::~network() {
  branches_ = nullptr;
  if (!members_)
    return;
  caf::scoped_actor self{system_};
  self->send_exit(members_, caf::exit_reason::user_shutdown);
  self->wait_for(members_);
  members_ = nullptr; // what still waits to be tried is not
  self->send_exit(pool_, caf::exit_reason::user_shutdown);
  self->wait_for(pool_);
  threads_ = nullptr;
  if (!options_.tls)
    return; // CAF's own
  self->send_exit(connector_, caf::exit_reason::kill);
  self->wait_for(connector_);
}

std::optional<error> network::objection_to(const address& x) const {
  if (problem_)
    return problem_;
  if (options_.tls || options_.insecure || is_loopback(x.host))
    return {};
  return error{.code = errc::denied,
               .message = x.text() + " is not on this machine: without TLS anybody there could "
                                     "read and run what they like; give certificates, or say "
                                     "`insecure`"};
}

expected<void> network::connect(const std::string& worker) {
  auto where = address::from(worker);
  if (!where)
    return unexpected{where.error()};
  if (auto why = objection_to(*where))
    return unexpected{*why};
  caf::anon_send(members_, add_worker{worker});
  return {};
}

void network::disconnect(const std::string& worker) {
  if (members_)
    caf::anon_send(members_, remove_worker{worker});
}

expected<uint16_t> network::publish(const caf::actor& agent, const address& where) {
  if (auto why = objection_to(where))
    return unexpected{*why};
  auto host = where.host == "localhost" ? "127.0.0.1" : where.host.c_str();
  auto connector = caf::make_function_view(caf::actor_cast<caf::io::middleman_actor>(connector_));
  auto port =
    connector(caf::publish_atom::value, where.port, caf::actor_cast<caf::strong_actor_ptr>(agent),
              std::set<std::string>{}, std::string{host}, true);
  if (port)
    return *port;
  auto why = port.error() == caf::sec::cannot_open_port
               ? std::string{"the port is in use, or not open to this user"}
               : system_.render(port.error());
  return failure(errc::connection_failed, "cannot listen at " + where.text() + ": " + why);
}

void network::unpublish(const caf::actor& agent, uint16_t port) {
  caf::anon_send(connector_, caf::unpublish_atom::value, agent.address(), port);
}

std::optional<error> prepare_for(caf::actor_system_config& config, const network_options& x) {
  if (x.lease < 2 * x.heartbeat && x.lease < std::chrono::seconds{1})
    return error{.code = errc::invalid_input,
                 .message = "a lease of " + to_string(x.lease) +
                            " is too short for anybody to be heard of in time"};
  if (x.tls) {
    if (auto checked = check(*x.tls); !checked)
      return checked.error();
    config.openssl_certificate = x.tls->certificate;
    config.openssl_key = x.tls->key;
    config.openssl_cafile = x.tls->authority;
  }
  config.load<caf::io::middleman>();
  if (x.tls)
    config.load<caf::openssl::manager>();
  return {};
}

std::optional<error> check_for(const caf::actor_system& system, const network_options& x) {
  auto refuse = [](std::string why) {
    return error{.code = errc::invalid_input, .message = std::move(why)};
  };
  if (!system.has_middleman())
    return refuse("the CAF system has no middleman: load caf::io::middleman in its configuration");
  if (!x.tls)
    return {};
  auto& config = system.config();
  auto is_same = config.openssl_certificate == x.tls->certificate &&
                 config.openssl_key == x.tls->key && config.openssl_cafile == x.tls->authority;
  if (!system.has_openssl_manager() || !is_same)
    return refuse("the CAF system does not use these certificates: load caf::openssl::manager, and "
                  "set openssl_certificate, openssl_key and openssl_cafile in its configuration");
  if (auto checked = check(*x.tls); !checked)
    return checked.error();
  return {};
}

} // namespace troupe
