// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/leave.hpp"
#include "cli/live_display.hpp"
#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "cli/signal_prompt.hpp"
#include "cli/terminal.hpp"
#include "cli/trace.hpp"
#include "cli/worker_list.hpp"
#include "troupe/engine.hpp"

#include <unistd.h>

#include <future>
#include <memory>

namespace troupe::cli {

namespace {

/// Follows a run; ready when the last event has been told. On a terminal it keeps lines up to date,
/// elsewhere it prints one for each thing that happens.
class follower {
public:
  follower(const run_command& x, const flow& what)
    : quiet_{x.quiet}, as_json_{x.output == "jsonl"} {
    auto shares_terminal = as_json_ && ::isatty(STDOUT_FILENO) == 1;
    auto where = terminal_of(STDERR_FILENO);
    if (::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1 && x.input_file != "-")
      prompt_ = std::make_unique<signal_prompt>([this](const std::string& text) { say(text); });
    if (!quiet_ && where.has_motion && !shares_terminal)
      live_ = std::make_unique<live_display>(what, STDERR_FILENO);
  }

  /// Nothing if nobody wants to know: a run without listeners sends no events.
  event_listener listener() {
    if (!listens())
      return {};
    return [this](const event& x) {
      if (as_json_ && is_written_)
        is_written_ = print(value{nlohmann::json(x)}.dump() + "\n");
      if (prompt_)
        prompt_->take(x);
      if (!quiet_)
        show(x);
      if (x.type == event_type::run_finished)
        done_.set_value();
    };
  }

  /// Whether there is a person who can be asked.
  bool can_ask() const { return prompt_ != nullptr; }
  bool is_alone() const { return prompt_ && prompt_->is_gone(); }
  void answer_to(const run_handle& run) {
    if (prompt_)
      prompt_->answer_to(run);
  }

  /// Something that is no event.
  void say(const std::string& text) {
    if (live_)
      live_->say(text);
    else
      complain(text);
  }

  /// Waits for the last event; whether all of them could be written.
  bool wait() {
    if (listens())
      done_.get_future().wait();
    if (live_)
      live_->close();
    return is_written_;
  }

private:
  bool listens() const { return !quiet_ || as_json_ || prompt_; }

  void show(const event& x) {
    if (!live_)
      return complain(progress_line(x));
    live_->take(x);
    if (x.type == event_type::step_log)
      live_->say(progress_line(x));
  }

  bool quiet_, as_json_;
  bool is_written_ = true;
  std::unique_ptr<live_display> live_;
  std::promise<void> done_;
  std::unique_ptr<signal_prompt> prompt_; // the last to come: it may say something
};

/// A text ends with one line break, anything else is JSON for people.
std::string as_text(const value& x) {
  if (!x.is_string())
    return indented(x);
  return x.text().ends_with('\n') ? x.text() : x.text() + "\n";
}

bool print_result(const run_command& x, const run_result& result) {
  if (x.output == "text")
    return !result.success() || print(as_text(result.output));
  auto whole = as_value(result, {.outputs = x.full});
  return print(x.output == "jsonl" ? whole.dump() + "\n" : indented(whole));
}

exit_code code_of(const run_command& x, const run_result& result, bool was_interrupted) {
  if (was_interrupted)
    return exit_code::interrupted;
  if (result.status == status::waiting)
    return exit_code::waiting;
  if (result.error && result.error->code == errc::no_worker)
    return exit_code::infrastructure;
  if (result.status == status::degraded)
    return x.strict ? exit_code::failed : exit_code::succeeded;
  return result.success() ? exit_code::succeeded : exit_code::failed;
}

void tell_waiting(const run_result& x) {
  for (auto& one : x.waiting_for)
    complain("troupe: waits for the signal \"" + one.signal + "\" at " + one.path +
             (one.message.empty() ? "" : ": " + one.message) +
             "; nobody can be asked without a terminal\n");
}

} // namespace

int execute(const run_command& x) {
  interrupt signals; // before the engine's threads
  auto network = read_network(x.cluster);
  if (!network) {
    complain(network.error());
    return exit_code::usage;
  }
  engine engine{{.steps = options_for(x.file_roots),
                 .cache_file = x.cache,
                 .fusion = !x.no_fusion,
                 .network = network->options}};
  auto flow = read_flow(x.flow, x.documents, engine.steps());
  if (!flow)
    return flow.error();
  auto part = read_part(x, *flow);
  if (!part) {
    complain(part.error());
    return exit_code::usage;
  }
  *flow = *part;
  auto inputs = read_inputs(x, *flow);
  if (!inputs) {
    complain(inputs.error());
    return exit_code::usage;
  }
  if (x.dry_run)
    return print(indented(value{flow->preview(*inputs)})) ? exit_code::succeeded
                                                          : exit_code::infrastructure;
  auto traces = read_traces(x.traces);
  if (!traces) {
    complain(traces.error());
    return exit_code::usage;
  }
  auto secrets = read_secrets(x.secrets, *flow);
  if (!secrets) {
    complain(secrets.error());
    return exit_code::usage;
  }
  follower follow{x, *flow};
  worker_list workers{engine, *network, [&follow](auto& line) { follow.say(line); }};
  if (auto ok = workers.begin(); !ok) {
    follow.say("troupe: " + ok.error().message + "\n");
    return exit_code::usage;
  }
  auto run = engine.submit(*flow, *inputs,
                           {.on_event = follow.listener(),
                            .secret = std::move(*secrets),
                            .end_when_waiting = !follow.can_ask()});
  follow.answer_to(run);
  signals.on_first([run, &x, &follow] {
    if (!x.quiet)
      follow.say("interrupted: stopping what runs; again to leave at once\n");
    run.cancel();
  });
  auto result = run.result();
  signals.on_first([] {}); // there is nothing left to stop
  auto written = true;
  if (result.tree) {
    written = follow.wait();
    if (!x.quiet)
      complain(result_tree(result, terminal_of(STDERR_FILENO)));
    else if (signals.has_come())
      complain("troupe: interrupted\n");
    else if (result.error)
      complain("troupe: " + (result.error->path.empty() ? "" : result.error->path + ": ") +
               result.error->message + "\n");
  } else {
    complain("troupe: " + result.error->message + "\n"); // it never began
  }
  tell_waiting(result);
  written = print_result(x, result) && written;
  written = write_traces(*traces, result) && written;
  auto code = written ? code_of(x, result, signals.has_come()) : exit_code::infrastructure;
  if (follow.is_alone() && result.status == status::cancelled)
    code = exit_code::waiting;
  return leave(engine, code);
}

} // namespace troupe::cli
