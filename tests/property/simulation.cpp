// SPDX-License-Identifier: Apache-2.0
#include "tests/property/simulation.hpp"

#include "actors/limiter.hpp"
#include "actors/run.hpp"
#include "actors/supervisor.hpp"
#include "actors/timer.hpp"
#include "tests/support/flows.hpp"

#include <caf/scheduled_actor.hpp>

namespace troupe::test {

namespace {

/// Anybody to the stagehand: do that after a while.
struct cue {
  duration after{0};
  std::function<void()> act;
};

/// Stagehand to itself: do it now.
struct now_act {
  std::function<void()> act;
};

} // namespace

} // namespace troupe::test

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::test::cue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::test::now_act)

namespace troupe::test {

namespace {

constexpr size_t most_messages = 200'000;

caf::behavior stagehand(caf::event_based_actor* self, int /*CAF wants an argument*/) {
  return {
    [self](const cue& x) { self->delayed_send(self, x.after, now_act{x.act}); },
    [](const now_act& x) { x.act(); },
  };
}

/// What makes a group settle the oldest end that is at hand, unless an alarm is heard before.
bool settles(caf::type_erased_tuple& x) {
  return x.match_elements<proceed>() || x.match_elements<worked>() || x.match_elements<park>();
}

/// Keeps the count of one protocol: each `start` is owed one `finished`.
void count(const caf::mailbox_element& mail, const caf::abstract_actor& to, performance& out) {
  auto& content = const_cast<caf::mailbox_element&>(mail).content();
  if (auto group = dynamic_cast<const supervisor_actor*>(&to))
    if (auto& own = group->state.at_hand; settles(content) && !own.empty())
      if (auto& oldest = own.first().result; out.ended.empty() || out.ended.back() != oldest)
        out.ended.push_back(oldest); // of a child without an actor
  if (content.match_elements<start>())
    ++out.starts;
  if (!content.match_elements<finished>())
    return;
  ++out.answers;
  out.ended.push_back(content.get_as<finished>(0).result);
}

} // namespace

simulation::simulation() {
  kinds_ = built_in_kinds();
  stage_.add_kinds(kinds_);
  clock_ = sys.spawn(timer, duration{std::chrono::milliseconds{1}});
  pool_ = sys.spawn(worker, 0);
  stagehand_ = sys.spawn(stagehand, 0);
  stage_.now = [this] { return now(); };
  stage_.call_later = [this](duration after, std::function<void()> act) {
    caf::anon_send(stagehand_, cue{after, std::move(act)});
  };
  stage_.kill_current_actor = [this](duration after) {
    auto victim = caf::actor_cast<caf::actor>(current_);
    stage_.call_later(after, [victim] { caf::anon_send_exit(victim, caf::exit_reason::kill); });
  };
  scheduler.run();
}

namespace {

bool has_crashes(const document& flow) {
  return flow.dump().find("\"crash\"") != std::string::npos;
}

} // namespace

simulation::~simulation() {
  for (auto x : {&clock_, &pool_, &stagehand_})
    caf::anon_send_exit(*x, caf::exit_reason::kill);
}

duration simulation::now() { return scheduler.clock().now() - began_; }

performance simulation::run(const scenario& x) {
  performance out;
  auto before = alive();
  begin(x.flow, out);
  if (!out.refusal.empty())
    return out;
  play(x, out);
  out.calls = stage_.calls;
  out.spent = stage_.spent;
  finish(out);
  out.left_alive = alive() - before;
  return out;
}

void simulation::begin(const document& flow, performance& out) {
  auto read = parse_flow(flow.dump(), kinds_, "flow.json");
  if (!read) {
    for (auto& problem : read.error())
      out.refusal += to_string(problem);
    return;
  }
  stage_.clear();
  began_ = scheduler.clock().now();
  for (auto& [name, spec] : read->plan()->limits)
    limits_[name] =
      sys.spawn(limiter, name, spec, clock_, std::make_shared<std::atomic<size_t>>(0));
  run_order order{
    .flow = read->plan(),
    .run_id = "r1",
    .values = std::make_shared<const run_values>(run_values{value{nlohmann::json::object()}, {}}),
    .timer = clock_,
    .pool = pool_,
    .limits = limits_,
    // A step needs an actor to crash. Each end waits for its turn, and may be seen.
    .fusion = {.is_on = !has_crashes(flow), .longest_turn = 0},
    .listeners = {[&out](const event& x) { out.events.push_back(x); }},
    .deliver = [&out](run_result x) { out.result = std::move(x); },
    .wall_clock = [] { return wall_time{}; }};
  run_ = sys.spawn<run_actor>(std::move(order));
  caf::anon_send(run_, begin_run{});
}

void simulation::play(const scenario& x, performance& out) {
  std::mt19937_64 random{x.order};
  size_t handled = 0;
  while (!out.result && handled < most_messages) {
    if (x.cancel_after == handled)
      cancel(out);
    if (run_one(random, out))
      ++handled;
    else if (scheduler.trigger_timeout())
      scheduler.advance_time({}); // all that is due at the same moment
    else if (!out.cancelled_at)
      cancel(out); // all hang, and nothing will end them
    else
      break;
  }
  out.is_endless = !out.result;
}

/// Lets one of the actors that have mail handle its next message; false if nobody has any.
bool simulation::run_one(std::mt19937_64& random, performance& out) {
  auto& jobs = scheduler.jobs;
  if (jobs.empty())
    return false;
  auto next = jobs.begin() + static_cast<std::ptrdiff_t>(random() % jobs.size());
  current_ = &dynamic_cast<caf::abstract_actor&>(**next);
  if (auto mail = current_->peek_at_next_mailbox_element()) {
    count(*mail, *current_, out);
    out.trace += std::to_string(now().count() / 1000000) + " ";
    out.trace += dynamic_cast<caf::local_actor*>(current_)->name();
    auto [number, type] = mail->content().type(0); // CAF's own types have a number alone
    out.trace += " " + (type ? std::string{type->name()} : std::to_string(number)) + "\n";
  }
  std::rotate(jobs.begin(), next, next + 1);
  scheduler.run_once();
  return true;
}

void simulation::cancel(performance& out) {
  if (!out.cancelled_at) // a second one changes nothing
    out.cancelled_at = now();
  caf::anon_send(run_, cancel_run{});
}

/// Nobody is there any more who could give a permit back.
void simulation::close_limits(performance& out) {
  for (auto& [name, x] : limits_) {
    auto& keeper = dynamic_cast<limiter_actor&>(*caf::actor_cast<caf::abstract_actor*>(x));
    out.held += keeper.state.permits->held() + keeper.state.permits->waiting();
    caf::anon_send_exit(x, caf::exit_reason::kill);
  }
  limits_.clear();
}

/// Lets everybody leave who wants to.
void simulation::finish(performance& out) {
  auto drain = [this] {
    do
      scheduler.run();
    while (scheduler.trigger_timeout());
  };
  drain();
  for (auto& x : out.events)
    out.trace += nlohmann::json(x).dump() + "\n";
  if (out.result)
    out.trace += as_value(*out.result).dump();
  if (out.is_endless)
    caf::anon_send_exit(run_, caf::exit_reason::kill);
  run_ = nullptr;
  stage_.clear();
  drain();
  close_limits(out);
  drain();
}

} // namespace troupe::test
