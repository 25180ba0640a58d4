// SPDX-License-Identifier: Apache-2.0
#include "engine/implementation.hpp"

#include "actors/limiter.hpp"
#include "actors/pool.hpp"
#include "actors/run.hpp"
#include "actors/timer.hpp"
#include "config/node_index.hpp"
#include "engine/flow_actor.hpp"
#include "engine/handle_state.hpp"
#include "engine/inside.hpp"
#include "engine/moment.hpp"
#include "engine/run_id.hpp"
#include "engine/run_inputs.hpp"
#include "store/open_cache.hpp"
#include "troupe/caf.hpp"

#include <caf/actor_registry.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <thread>

namespace troupe {

namespace {

constexpr size_t fewest_threads = 2;
constexpr duration timer_grain = std::chrono::microseconds{250};

size_t threads_for(const engine_options& options) {
  return options.threads > 0
           ? options.threads
           : std::max<size_t>(fewest_threads, std::thread::hardware_concurrency());
}

/// Nobody has a handle to it any more.
bool is_gone(const caf::actor_addr& x) { return !caf::actor_cast<caf::actor>(x); }

} // namespace

system_config::system_config(const engine_options& options) {
  set("scheduler.policy", caf::atom("sharing")); // stealing is quadratic on wide fan-outs
  set("scheduler.max-threads", threads_for(options));
  set("logger.file-verbosity", caf::atom("quiet"));
  set("logger.console-verbosity", caf::atom("quiet"));
  troupe::add_message_types(*this);
  if (options.network)
    network_problem = prepare_for(*this, *options.network);
}

std::shared_ptr<void> run_count::lease(const std::shared_ptr<run_count>& self) {
  std::lock_guard guard{self->mutex_};
  ++self->count_;
  auto give_back = [self](void*) {
    std::lock_guard inner{self->mutex_};
    --self->count_;
    self->changed_.notify_all();
  };
  return {static_cast<void*>(self.get()), std::move(give_back)};
}

void run_count::wait() {
  std::unique_lock guard{mutex_};
  changed_.wait(guard, [this] { return count_ == 0; });
}

size_t run_count::wait_for(duration grace) {
  std::unique_lock guard{mutex_};
  changed_.wait_until(guard, moment_after(grace), [this] { return count_ == 0; });
  return count_;
}

engine::implementation::implementation(caf::actor_system* host, const engine_options& options)
  : own_{host ? nullptr : std::make_unique<own_system>(options)}, system_{host ? *host
                                                                               : own_->system},
    threads_{std::make_shared<thread_pool>(std::max<size_t>(1, options.blocking_threads))},
    timer_{system_.spawn(troupe::timer, timer_grain)}, pool_{system_.spawn(troupe::pool, threads_)},
    cache_{open_cache(options.cache_file)}, listener_{options.on_event}, fuses_{options.fusion} {
  add_built_in_steps(kinds, options.steps);
  if (options.network)
    network_ = std::make_unique<network>(system_, *options.network, timer_,
                                         host ? check_for(*host, *options.network)
                                              : own_->config.network_problem);
}

/// Runs end first, then the calls that they left, then the threads, then the actors: each may still
/// be used by the ones before it.
engine::implementation::~implementation() {
  cancel_all();
  left_->wait();
  network_ = nullptr;
  {
    caf::scoped_actor self{system_};
    for (auto& flow : flows_)
      if (auto actor = caf::actor_cast<caf::actor>(flow)) {
        self->send_exit(actor, caf::exit_reason::user_shutdown);
        self->wait_for(actor);
      }
    self->send_exit(pool_, caf::exit_reason::user_shutdown); // behind the work that it still has
    self->send_exit(timer_, caf::exit_reason::user_shutdown);
    for (auto& [name, limit] : limits_)
      if (auto actor = caf::actor_cast<caf::actor>(limit.limiter)) {
        self->send_exit(actor, caf::exit_reason::user_shutdown);
        self->wait_for(actor);
      }
    self->wait_for(pool_, timer_);
  }
  threads_.reset();
}

caf::actor engine::implementation::spawn_flow(const flow& x) {
  auto made = system_.spawn(flow_runner, this, x);
  std::lock_guard guard{mutex_};
  if (flows_.size() == flows_.capacity()) { // an address keeps the memory of who has gone
    std::erase_if(flows_, is_gone);
    flows_.reserve(2 * flows_.size() + 1);
  }
  flows_.push_back(made.address());
  return made;
}

void engine::implementation::cancel_all() {
  std::lock_guard guard{mutex_};
  closed_ = true;
  for (auto& [id, run] : runs_)
    run_handle{run}.cancel();
}

bool engine::implementation::is_inside() const {
  return troupe::is_inside(system_) || threads_->is_inside();
}

engine_load engine::implementation::current_load() {
  auto threads = threads_->current_load();
  engine_load x{.actors = system_.registry().running(),
                .blocking_running = threads.running,
                .blocking_waiting = threads.waiting};
  std::lock_guard guard{mutex_};
  x.runs = runs_.size();
  for (auto& [name, limit] : limits_)
    x.permits_waiting += *limit.waiting;
  return x;
}

size_t engine::implementation::close(duration grace) {
  cancel_all();
  return left_->wait_for(grace);
}

caf::actor engine::implementation::limiter_for(const std::string& key, const std::string& name,
                                               const limit& spec) {
  if (auto known = limits_.find(key); known != limits_.end())
    if (auto actor = caf::actor_cast<caf::actor>(known->second.limiter))
      return actor;
  std::erase_if(limits_, [](auto& x) { return is_gone(x.second.limiter); });
  shared_limit made;
  auto actor = system_.spawn(limiter, name, spec, timer_, made.waiting);
  made.limiter = actor.address();
  limits_.emplace(key, std::move(made));
  return actor;
}

/// Limits of the engine are everybody's, and stay; those of a flow are shared by flows of that name
/// that define them alike.
std::map<std::string, caf::actor, std::less<>>
engine::implementation::limiters_for(const plan::flow& x) {
  for (auto& [name, spec] : kinds.limits())
    if (auto& kept = own_limiters_[name]; !kept)
      kept = limiter_for(name, name, spec);
  auto all = own_limiters_;
  for (auto& [name, spec] : x.limits)
    if (!all.contains(name)) {
      auto whose = nlohmann::json{x.name, spec.rate.value_or(0), spec.burst, spec.concurrency};
      all.emplace(name, limiter_for(whose.dump() + name, name, spec));
    }
  return all;
}

std::vector<event_listener> engine::implementation::listeners_for(const std::string& run_id,
                                                                  event_listener own) const {
  std::vector<event_listener> all;
  if (own)
    all.push_back(std::move(own));
  if (listener_)
    all.push_back([run_id, tell = listener_](const event& x) { tell(run_id, x); });
  return all;
}

void engine::implementation::end(const std::shared_ptr<run_handle::state>& run, run_result result) {
  {
    std::lock_guard guard{mutex_};
    runs_.erase(run->id);
  }
  deliver(*run, std::move(result));
}

namespace {

/// The node, or one inside of it, that has a place of that sort; null: none has.
const plan::node* find_placed(const plan::node& x,
                              const std::function<bool(const plan::place&)>& is_it) {
  if (x.place && is_it(*x.place))
    return &x;
  const plan::node* found = nullptr;
  plan::each_inner(x, [&](const plan::node& inner) {
    if (!found)
      found = find_placed(inner, is_it);
  });
  return found;
}

const plan::node* find_placed(const plan::flow& x,
                              const std::function<bool(const plan::place&)>& is_it) {
  auto found = find_placed(x.root, is_it);
  for (auto& called : x.subflows)
    found = found ? found : find_placed(called->root, is_it);
  return found;
}

/// Whether the node of that path is one that goes elsewhere, or is inside of one.
bool is_placed(const plan::flow& x, const std::string& path) {
  for (auto& [key, node] : x.index->all())
    if (node->place && (path == node->path || path.starts_with(node->path + "/")))
      return true;
  return false;
}

} // namespace

/// Why the flow cannot run here; nothing: it can.
std::optional<error> engine::implementation::obstacle(const plan::flow& x) const {
  if (!x.index)
    return plan::missing_for(x);
  auto needs_worker = [](const plan::place& at) {
    return at.way == plan::placement::label || at.way == plan::placement::node;
  };
  auto alone = network_ ? nullptr : find_placed(x, needs_worker);
  if (alone)
    return error{.code = errc::no_worker,
                 .message = "`place` wants a worker, and this engine has no network",
                 .path = alone->path};
  // What runs elsewhere is asked there.
  return plan::missing_for(x, [&](auto& path) { return !network_ || !is_placed(x, path); });
}

std::shared_ptr<const worker_services>
engine::implementation::services_for(const std::string& worker) {
  return std::make_shared<const worker_services>(worker_services{
    worker, timer_, pool_, cache_, &kinds, fuses_,
    [](const plan::flow& x, const value& secrets) { return troupe::redactor_for(x, secrets); },
    [left = left_] { return run_count::lease(left); }});
}

run_handle engine::implementation::submit(const flow& x, value inputs, run_options options,
                                          std::function<void(run_result)> on_end) {
  auto run_id = options.run_id.empty() ? new_run_id() : options.run_id;
  auto values = values_for(*x.plan(), inputs, options);
  if (auto why = obstacle(*x.plan()); values && why)
    values = unexpected{*why};
  std::unique_lock guard{mutex_};
  if (runs_.contains(run_id))
    values = failure(errc::invalid_input, "a run with the id \"" + run_id + "\" is under way");
  if (!own_ && !is_prepared(system_))
    values = failure(errc::invalid_input,
                     "the configuration of the CAF system has not seen troupe::add_message_types");
  if (closed_)
    values = failure(errc::closed, "the engine is closing and takes no more runs");
  if (!values) {
    guard.unlock(); // who is told may submit again
    return ended_run(refused(x.name(), run_id, values.error()), std::move(on_end));
  }
  auto state = std::make_shared<run_handle::state>();
  state->id = run_id;
  state->flow = x.plan();
  state->on_end = std::move(on_end);
  auto secrets = redactor_for(*x.plan(), values->secrets);
  run_order order{.flow = x.plan(),
                  .run_id = run_id,
                  .values = std::make_shared<const run_values>(std::move(*values)),
                  .timer = timer_,
                  .pool = pool_,
                  .limits = limiters_for(*x.plan()),
                  .cache = cache_,
                  .cluster = network_ ? network_->branches() : nullptr,
                  .fusion = {.is_on = fuses_},
                  .keeps_all = options.results == result_detail::full,
                  .end_when_waiting = options.end_when_waiting,
                  .secrets = std::move(secrets),
                  .listeners = listeners_for(run_id, std::move(options.on_event)),
                  .deliver = [this, state](run_result result) { end(state, std::move(result)); },
                  .wall_clock = [] { return std::chrono::system_clock::now(); },
                  .lease = run_count::lease(left_)};
  auto run = system_.spawn<run_actor>(std::move(order));
  state->run = run;
  runs_.emplace(run_id, state);
  caf::anon_send(run, begin_run{});
  return run_handle{std::move(state)};
}

run_result refused(const std::string& flow, const std::string& run_id, error why) {
  return {.run_id = run_id, .flow = flow, .status = status::failed, .error = std::move(why)};
}

run_handle ended_run(run_result how, std::function<void(run_result)> on_end) {
  auto state = std::make_shared<run_handle::state>();
  state->id = how.run_id;
  state->on_end = std::move(on_end);
  deliver(*state, std::move(how));
  return run_handle{std::move(state)};
}

} // namespace troupe
