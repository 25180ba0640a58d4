// SPDX-License-Identifier: Apache-2.0
#include "actors/exceptions.hpp"
#include "actors/limiter.hpp"
#include "actors/run.hpp"
#include "actors/timer.hpp"
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

bool reaches_outside(const step_kind& x) {
  return x.name == "http" || x.name == "llm" || x.name == "shell";
}

void answer_with(const promise& answer, const plain_fn& run, const step_input& in) {
  try {
    answer.succeed(run(in));
  } catch (const step_error& why) {
    answer.fail(why);
  } catch (const std::exception& why) {
    answer.fail({errc::step_failed, why.what()});
  }
}

} // namespace

class rehearsal::stage {
public:
  explicit stage(registry own) : kinds{own}, real_{std::move(own)} {
    for (auto& name : real_.names())
      take_over(name);
    timer_ = system_.spawn(troupe::timer, duration{std::chrono::milliseconds{1}});
    pool_ = system_.spawn(only_thread, 0);
    prompter_ = system_.spawn(prompter, 0);
    coordinator().run();
  }

  ~stage() {
    for (auto actor : {&timer_, &pool_, &prompter_})
      caf::anon_send_exit(*actor, caf::exit_reason::user_shutdown);
    drain();
    system_.await_actors_before_shutdown(false);
  }

  /// A kind of that name that asks here first.
  void take_over(const std::string& name) {
    auto real = real_.find(name);
    auto kind = real ? *real : step_kind{.name = name};
    kind.check = {};
    auto runs_itself = real && !reaches_outside(*real);
    kind.run = async_fn{[this, name, real, runs_itself](const step_input& in, promise answer) {
      note(in);
      if (auto found = role_of(in.host->path(), name))
        play(*found, in, std::move(answer));
      else if (runs_itself)
        run_itself(*real, in, std::move(answer));
      else
        answer.fail({errc::denied, "a rehearsal has no stand-in for \"" + name + "\""});
    }};
    kinds.add(std::move(kind));
  }

  run_result run(const flow& x, const value& inputs, run_options options) {
    calls.clear();
    auto id = options.run_id.empty() ? "rehearsal" : options.run_id;
    auto values = values_for(*x.plan(), inputs, options);
    if (!values)
      return refused(x.name(), id, values.error());
    began_ = coordinator().clock().now();
    std::optional<run_result> ended;
    std::map<std::string, caf::actor, std::less<>> limiters;
    for (auto all : {&kinds.limits(), &x.plan()->limits})
      for (auto& [name, spec] : *all)
        if (auto& known = limiters[name]; !known)
          known =
            system_.spawn(limiter, name, spec, timer_, std::make_shared<std::atomic<size_t>>(0));
    auto secrets = values->secrets;
    std::vector<event_listener> listeners;
    if (options.on_event)
      listeners.push_back(std::move(options.on_event));
    run_order order{.flow = x.plan(),
                    .run_id = id,
                    .values = std::make_shared<const run_values>(std::move(*values)),
                    .timer = timer_,
                    .pool = pool_,
                    .limits = limiters,
                    .end_when_waiting = true,
                    .secrets = redactor_for(*x.plan(), secrets),
                    .listeners = listeners,
                    .deliver = [&](run_result told) { ended = std::move(told); },
                    .wall_clock = [] { return wall_time{}; }};
    auto run = system_.spawn<run_actor>(std::move(order));
    for (auto& [name, payload] : signals)
      caf::anon_send(run, send_signal{name, payload});
    signals.clear();
    caf::anon_send(run, begin_run{});
    drain();
    for (auto& [name, limiter] : limiters)
      caf::anon_send_exit(limiter, caf::exit_reason::user_shutdown);
    drain();
    if (!ended)
      return refused(x.name(), id,
                     {.code = errc::crashed, .message = "the run came to a standstill"});
    return std::move(*ended);
  }

  registry kinds; ///< in which each kind asks the stage
  std::map<std::string, role> by_kind, by_path;
  std::deque<std::pair<std::string, value>> signals;
  std::vector<call> calls;

private:
  caf::scheduler::test_coordinator& coordinator() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  /// Until nobody has mail, and nothing is due any more.
  void drain() {
    do
      coordinator().run();
    while (coordinator().trigger_timeout());
  }

  duration now() { return coordinator().clock().now() - began_; }

  void note(const step_input& in) {
    calls.push_back({in.host->path(), in.host->attempt(), in.params, in.input, now()});
  }

  const role* role_of(const std::string& path, const std::string& kind) const {
    for (auto& name : {path, id_at(path)})
      if (auto known = by_path.find(name); known != by_path.end())
        return &known->second;
    auto known = by_kind.find(kind);
    return known == by_kind.end() ? nullptr : &known->second;
  }

  void play(const role& x, const step_input& in, promise answer) {
    auto its = std::make_shared<scene>(in, answer);
    auto act = [its, run = x.run, in] {
      if (!in.stop.stop_requested())
        answer_with(its->answer, run, in);
    };
    caf::anon_send(prompter_, cue{x.takes, std::move(act)});
  }

  static void run_itself(const step_kind& real, const step_input& in, promise answer) {
    if (auto async = std::get_if<async_fn>(&real.run))
      return (*async)(in, std::move(answer));
    auto inlined = std::get_if<inline_fn>(&real.run);
    answer_with(answer, inlined ? inlined->run : std::get<plain_fn>(real.run), in);
  }

  registry real_;
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
  stage_->take_over(kind);
  stage_->by_kind[kind] = {std::move(run), takes};
  return *this;
}

rehearsal& rehearsal::stand_in_for(const std::string& step, stand_in_fn run, duration takes) {
  stage_->by_path[step] = {std::move(run), takes};
  return *this;
}

rehearsal& rehearsal::signal(std::string name, value payload) {
  stage_->signals.emplace_back(std::move(name), std::move(payload));
  return *this;
}

const registry& rehearsal::steps() const { return stage_->kinds; }

run_result rehearsal::run(const flow& x, value inputs, run_options options) {
  return stage_->run(x, inputs, std::move(options));
}

const std::vector<call>& rehearsal::calls() const { return stage_->calls; }

} // namespace troupe::testing
