// SPDX-License-Identifier: Apache-2.0
#include "cluster/agent.hpp"
#include "engine/implementation.hpp"
#include "engine/network.hpp"
#include "engine/run_inputs.hpp"
#include "troupe/cluster.hpp"
#include "troupe/version.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <unistd.h>

#include <array>

namespace troupe {

struct worker::state {
  engine::implementation& by;
  std::string name;
  std::shared_ptr<worker_counts> counts = std::make_shared<worker_counts>();
  caf::actor agent = {};
  uint16_t port = 0;

  ~state() {
    by.net()->unpublish(agent, port);
    caf::scoped_actor self{by.system()};
    self->send_exit(agent, caf::exit_reason::user_shutdown);
    self->wait_for(agent);
  }
};

namespace {

std::string name_of_process() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return std::string{host.data()} + "-" + std::to_string(::getpid());
}

worker_offer offer_of(const worker_options& x, const registry& kinds, const std::string& name) {
  auto known = kinds.names();
  return {.name = name,
          .version = TROUPE_VERSION_STRING,
          .labels = {x.labels.begin(), x.labels.end()},
          .kinds = {known.begin(), known.end()},
          .slots = std::max<size_t>(1, x.slots)};
}

} // namespace

expected<worker> worker::start(engine& by, worker_options options) {
  auto& inside = by.inside();
  if (!inside.net())
    return failure(errc::invalid_input, "the engine was made without a network: give "
                                        "engine_options::network");
  auto where = address::from(options.listen);
  if (!where)
    return unexpected{where.error()};
  auto name = options.name.empty() ? name_of_process() : options.name;
  auto counts = std::make_shared<worker_counts>();
  auto me = std::make_shared<const worker_identity>(
    worker_identity{offer_of(options, inside.kinds, name), inside.services_for(name), counts,
                    inside.net()->options().lease});
  auto agent = inside.system().spawn(troupe::agent, std::move(me));
  auto port = inside.net()->publish(agent, *where);
  if (!port) {
    caf::anon_send_exit(agent, caf::exit_reason::user_shutdown);
    return unexpected{port.error()};
  }
  return worker{
    std::make_unique<state>(inside, std::move(name), std::move(counts), std::move(agent), *port)};
}

worker::worker(std::unique_ptr<state> x) : state_{std::move(x)} {}
worker::worker(worker&&) noexcept = default;
worker& worker::operator=(worker&&) noexcept = default;
worker::~worker() = default;

const std::string& worker::name() const { return state_->name; }
uint16_t worker::port() const { return state_->port; }
worker_load worker::load() const { return state_->counts->load(); }

void worker::drain() {
  state_->counts->drain();
  caf::anon_send(state_->agent, tell_news{});
}

bool worker::wait_until_idle(duration limit) const {
  return state_->counts->wait_until_idle(limit);
}

} // namespace troupe
