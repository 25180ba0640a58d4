// SPDX-License-Identifier: Apache-2.0
#include "actors/call.hpp"
#include "actors/exceptions.hpp"
#include "actors/limiter.hpp"
#include "actors/run.hpp"
#include "actors/staging.hpp"
#include "actors/timer.hpp"
#include "engine/handle_state.hpp"
#include "engine/implementation.hpp"
#include "engine/run_inputs.hpp"
#include "messages/work_protocol.hpp"
#include "troupe/testing.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>

#include <deque>
#include <optional>
#include <stop_token>

namespace troupe::testing {

/// Stage to prompter: call this after a while.
struct cue {
  duration after{0};
  std::function<void()> act;
};

/// Prompter to itself: call it now.
struct now_act {
  std::function<void()> act;
};

} // namespace troupe::testing

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testing::cue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testing::now_act)

namespace troupe::testing {

namespace {

class stage_config : public caf::actor_system_config {
public:
  stage_config() {
    set("scheduler.policy", caf::atom("testing"));
    set("logger.file-verbosity", caf::atom("quiet"));
    set("logger.console-verbosity", caf::atom("quiet"));
  }
};

caf::behavior prompter(caf::event_based_actor* self, int /*CAF wants an argument*/) {
  end_without_printing(self);
  return {
    [self](const cue& x) { self->delayed_send(self, x.after, now_act{x.act}); },
    [](const now_act& x) { x.act(); },
  };
}

/// In place of the engine's threads: runs each job at once.
caf::behavior only_thread(caf::event_based_actor* self, int /*CAF wants an argument*/) {
  end_without_printing(self);
  return {[](const work& x) { x.job->run(); }, [](const gave_up&) {}};
}

struct role {
  stand_in_fn run;
  duration takes{0};
};

/// A step that has been started and not answered yet.
struct scene {
  scene(const step_input& in, const promise& answer) : answer{answer} {
    hook.emplace(in.stop, [this] {
      fail({errc::cancelled, "nobody waits for the answer any more"});
    });
  }
  void fail(const step_error& why) const { answer.fail(why); }

  promise answer;
  std::optional<std::stop_callback<std::function<void()>>> hook;
};

/// The last word of a path, without the number of an item or a round.
std::string id_at(const std::string& path) {
  auto id = path.substr(path.rfind('/') + 1); // npos + 1 is 0
  return id.substr(0, id.find_first_of("[#"));
}

void answer_with(const promise& answer, outcome x) {
  if (x.answer)
    return answer.succeed(std::move(*x.answer));
  auto& why = x.answer.error();
  answer.fail({why.code, why.message, why.retryable, x.failed_metrics, why.details});
}

/// For a kind that only stand-ins know.
step_output play_nothing(const step_input&) {
  throw step_error{errc::denied, "this kind is known in a rehearsal alone"};
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (auto& one : all)
    text += (text.empty() ? "" : ", ") + one;
  return text;
}

} // namespace

class rehearsal::stage {
public:
  explicit stage(registry own) : kinds{std::move(own)} {
    timer_ = system_.spawn(troupe::timer, duration{std::chrono::milliseconds{1}});
    pool_ = system_.spawn(only_thread, 0);
    prompter_ = system_.spawn(prompter, 0);
    coordinator().run();
  }

  /// Promises may still be out in other threads.
  ~stage() {
    for (auto actor : {&timer_, &pool_, &prompter_})
      caf::anon_send_exit(*actor, caf::exit_reason::user_shutdown);
    drain();
    left_->wait();
    system_.await_actors_before_shutdown(false);
  }

  void stand_in_for_kind(const std::string& kind, role x) {
    if (!kinds.find(kind))
      kinds.add(kind, play_nothing);
    by_kind_[kinds.find(kind)->name] = std::move(x); // which may be called by an alias
  }

  run_result run(const flow& x, const value& inputs, run_options options) {
    calls.clear();
    functions_.clear();
    owed_.clear();
    auto id = options.run_id.empty() ? "rehearsal" : options.run_id;
    auto announced = std::exchange(signals, {});
    auto values = values_for(*x.plan(), inputs, options);
    for (auto& [name, payload] : announced)
      if (auto why = refusal_of(*x.plan(), name, payload); values && why)
        values = unexpected{*why};
    if (!values)
      return refused(x.name(), id, values.error());
    auto ended = std::make_shared<std::optional<run_result>>();
    auto order = order_for(x, id, std::move(*values), std::move(options.on_event));
    order.deliver = [ended](run_result told) { *ended = std::move(told); };
    auto limiters = order.limits;
    began_ = coordinator().clock().now();
    auto run = system_.spawn<run_actor>(std::move(order));
    caf::anon_send(run, begin_run{});
    play_out(run, *ended, std::move(announced), options.end_when_waiting);
    auto owing = *ended ? std::vector<std::string>{} : paths_owed();
    if (!*ended)
      caf::anon_send(run, cancel_run{});
    for (auto& [name, limiter] : limiters)
      caf::anon_send_exit(limiter, caf::exit_reason::user_shutdown);
    drain();
    if (!*ended)
      return refused(x.name(), id,
                     {.code = errc::crashed, .message = "the run came to a standstill"});
    if (!owing.empty())
      fail(**ended, owing);
    return std::move(**ended);
  }

  registry kinds; ///< what flows may name
  std::map<std::string, role> by_path;
  std::deque<send_signal> signals;
  std::vector<call> calls;

private:
  caf::scheduler::test_coordinator& coordinator() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  run_order order_for(const flow& x, const std::string& id, run_values values,
                      event_listener listener) {
    run_order order{.flow = x.plan(), .run_id = id, .timer = timer_, .pool = pool_};
    for (auto all : {&kinds.limits(), &x.plan()->limits})
      for (auto& [name, spec] : *all)
        if (auto& known = order.limits[name]; !known)
          known =
            system_.spawn(limiter, name, spec, timer_, std::make_shared<std::atomic<size_t>>(0));
    order.secrets = redactor_for(*x.plan(), values.secrets);
    order.values = std::make_shared<const run_values>(std::move(values));
    order.stage = std::make_shared<const staging>(
      staging{[this](const step_kind& own) -> const step_function& { return function_for(own); },
              std::this_thread::get_id()});
    if (listener)
      order.listeners.push_back(std::move(listener));
    order.wall_clock = [] { return wall_time{}; };
    order.lease = run_count::lease(left_);
    return order;
  }

  /// Until it ends, or nothing of it is due any more. A signal comes when nothing else goes on.
  void play_out(const caf::actor& run, const std::optional<run_result>& ended,
                std::deque<send_signal> announced, bool end_when_waiting) {
    auto& its = *caf::actor_cast<run_actor*>(run); // all is in this thread
    auto is_told_to_end = false;                   // which undos that wait do not mind
    for (coordinator().run(); !ended; coordinator().run()) {
      auto waits = its.is_paused && !its.waiting.empty();
      if (waits && !announced.empty()) {
        caf::anon_send(run, std::move(announced.front()));
        announced.pop_front();
      } else if (waits && !is_told_to_end && (end_when_waiting || !is_anything_due())) {
        caf::anon_send(run, end_waiting{});
        is_told_to_end = true;
      } else if (!coordinator().trigger_timeout()) {
        return;
      }
    }
  }

  bool is_anything_due() { return coordinator().has_pending_timeout(); }

  /// Until nobody has mail, and nothing is due any more.
  void drain() {
    do
      coordinator().run();
    while (coordinator().trigger_timeout());
  }

  duration now() { return coordinator().clock().now() - began_; }

  /// A function for steps of that kind that asks here first.
  const step_function& function_for(const step_kind& own) {
    auto [known, is_new] = functions_.try_emplace(&own);
    if (is_new)
      known->second = async_fn{
        [this, &own](const step_input& in, promise answer) { act(own, in, std::move(answer)); }};
    return known->second;
  }

  void act(const step_kind& own, const step_input& in, promise answer) {
    calls.push_back({in.host->path(), in.host->attempt(), in.params, in.input, now()});
    if (auto found = role_of(in.host->path(), own.name))
      play(*found, in, std::move(answer));
    else if (own.reaches_outside)
      answer.fail({errc::denied, "a rehearsal has no stand-in for \"" + own.name + "\""});
    else
      run_itself(own, in, std::move(answer));
  }

  const role* role_of(const std::string& path, const std::string& kind) const {
    for (auto& name : {path, id_at(path)})
      if (auto known = by_path.find(name); known != by_path.end())
        return &known->second;
    auto known = by_kind_.find(kind);
    return known == by_kind_.end() ? nullptr : &known->second;
  }

  void play(const role& x, const step_input& in, promise answer) {
    auto its = std::make_shared<scene>(in, answer);
    auto act = [its, run = x.run, in] {
      if (!in.stop.stop_requested())
        answer_with(its->answer, run_user_code(run, in));
    };
    caf::anon_send(prompter_, cue{x.takes, std::move(act)});
  }

  void run_itself(const step_kind& own, const step_input& in, promise answer) {
    if (auto async = std::get_if<async_fn>(&own.run)) {
      owed_.push_back(std::static_pointer_cast<const troupe::call>(in.host));
      return (*async)(in, std::move(answer));
    }
    auto inlined = std::get_if<inline_fn>(&own.run);
    answer_with(answer, run_user_code(inlined ? inlined->run : std::get<plain_fn>(own.run), in));
  }

  /// The steps whose answers would have to come from outside of this thread.
  std::vector<std::string> paths_owed() const {
    std::vector<std::string> all;
    for (auto& one : owed_)
      if (auto its = one.lock(); its && its->is_owed())
        all.push_back(its->path());
    return all;
  }

  static void fail(run_result& x, const std::vector<std::string>& owing) {
    x.status = status::failed;
    x.error = error{.code = errc::denied,
                    .message = "a rehearsal hears no answer from another thread: " + joined(owing) +
                               (owing.size() == 1 ? " needs a stand-in" : " need stand-ins"),
                    .path = owing.front()};
  }

  std::map<std::string, role> by_kind_;
  std::map<const step_kind*, step_function> functions_; // of the run's flow
  std::vector<std::weak_ptr<const troupe::call>> owed_; // of kinds that answer as they like
  std::shared_ptr<run_count> left_ = std::make_shared<run_count>();
  stage_config config_;
  caf::actor_system system_{config_};
  caf::actor timer_, pool_, prompter_;
  caf::actor_clock::time_point began_;
};

rehearsal::rehearsal(registry kinds) : stage_{std::make_unique<stage>(std::move(kinds))} {}

rehearsal::rehearsal()
  : rehearsal{[] {
      registry built_in;
      add_built_in_steps(built_in);
      return built_in;
    }()} {}

rehearsal::~rehearsal() = default;

rehearsal& rehearsal::stand_in_for_kind(const std::string& kind, stand_in_fn run, duration takes) {
  stage_->stand_in_for_kind(kind, {std::move(run), takes});
  return *this;
}

rehearsal& rehearsal::stand_in_for(const std::string& step, stand_in_fn run, duration takes) {
  stage_->by_path[step] = {std::move(run), takes};
  return *this;
}

rehearsal& rehearsal::signal(std::string name, value payload) {
  stage_->signals.push_back({std::move(name), std::move(payload)});
  return *this;
}

const registry& rehearsal::steps() const { return stage_->kinds; }

run_result rehearsal::run(const flow& x, value inputs, run_options options) {
  return stage_->run(x, inputs, std::move(options));
}

const std::vector<call>& rehearsal::calls() const { return stage_->calls; }

} // namespace troupe::testing
