// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/leftovers.hpp"
#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "troupe/engine.hpp"

#include <unistd.h>

#include <future>

namespace troupe::cli {

namespace {

constexpr duration close_grace = std::chrono::seconds{3};

/// Follows a run; ready when the last event has been told.
class follower {
public:
  explicit follower(const run_command& x) : quiet_{x.quiet}, as_json_{x.output == "jsonl"} {}

  /// Nothing if nobody wants to know: a run without listeners sends no events.
  event_listener listener() {
    if (!listens())
      return {};
    return [this](const event& x) {
      if (as_json_ && is_written_)
        is_written_ = print(value{nlohmann::json(x)}.dump() + "\n");
      if (!quiet_)
        complain(progress_line(x));
      if (x.type == event_type::run_finished)
        done_.set_value();
    };
  }

  /// Waits for the last event; whether all of them could be written.
  bool wait() {
    if (listens())
      done_.get_future().wait();
    return is_written_;
  }

private:
  bool listens() const { return !quiet_ || as_json_; }

  bool quiet_, as_json_;
  bool is_written_ = true;
  std::promise<void> done_;
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
  if (result.status == status::degraded)
    return x.strict ? exit_code::failed : exit_code::succeeded;
  return result.success() ? exit_code::succeeded : exit_code::failed;
}

} // namespace

int execute(const run_command& x) {
  interrupt signals; // before the engine's threads
  engine engine{{.steps = options_for(x.file_roots)}};
  auto flow = engine.load(x.flow);
  if (!flow) {
    complain(flow.error());
    return exit_code::invalid_flow;
  }
  complain(flow->warnings());
  auto inputs = read_inputs(x, *flow);
  if (!inputs) {
    complain("troupe: " + inputs.error().message + "\n");
    return exit_code::usage;
  }
  auto secrets = read_secrets(x, *flow);
  if (!secrets) {
    complain("troupe: " + secrets.error().message + "\n");
    return exit_code::usage;
  }
  follower follow{x};
  auto run =
    engine.submit(*flow, *inputs, {.on_event = follow.listener(), .secret = std::move(*secrets)});
  signals.on_first([run, &x] {
    if (!x.quiet)
      complain("interrupted: stopping what runs; again to leave at once\n");
    run.cancel();
  });
  auto result = run.result();
  auto written = true;
  if (result.tree) {
    written = follow.wait();
    if (!x.quiet)
      complain(result_tree(result));
    else if (result.error)
      complain("troupe: " + result.error->path + ": " + result.error->message + "\n");
  } else {
    complain("troupe: " + result.error->message + "\n"); // it never began
  }
  written = print_result(x, result) && written;
  auto code = written ? code_of(x, result, signals.has_come()) : exit_code::infrastructure;
  if (engine.close(close_grace) > 0) {
    complain("troupe: left without calls that do not return\n");
    kill_leftovers();
    ::_exit(code);
  }
  return code;
}

} // namespace troupe::cli
