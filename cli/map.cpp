// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/leave.hpp"
#include "cli/line_reader.hpp"
#include "cli/print.hpp"
#include "cli/wake.hpp"
#include "cli/worker_list.hpp"
#include "troupe/engine.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace troupe::cli {

namespace {

/// What becomes of one line of input: ready once its run has ended.
struct slot {
  size_t line;
  std::optional<run_result> result;
};

/// Runs that are under way or wait to be written, in the order of their lines.
class window {
public:
  /// `most`: runs at once. `events`: is up when a run has ended.
  window(size_t most, const wake& events) : most_{most}, events_{events} {}

  std::shared_ptr<slot> open(size_t line) {
    auto made = std::make_shared<slot>(slot{line, {}});
    std::lock_guard guard{mutex_};
    slots_.push_back(made);
    ++running_;
    return made;
  }
  void end(const std::shared_ptr<slot>& x, run_result result) {
    std::lock_guard guard{mutex_};
    x->result = std::move(result);
    --running_;
    if (x == slots_.front() || running_ + 1 == most_) // nobody waits for the others
      events_.up();
  }
  /// The next result to write; null while it is still to come.
  std::shared_ptr<slot> take() {
    std::lock_guard guard{mutex_};
    if (slots_.empty() || !slots_.front()->result)
      return nullptr;
    auto first = slots_.front();
    slots_.pop_front();
    return first;
  }
  /// Whether one more may begin: not too many run, and not too many results wait for a slower one
  /// before them.
  bool has_room() {
    constexpr size_t backlog = 8;
    std::lock_guard guard{mutex_};
    return running_ < most_ && slots_.size() < backlog * most_;
  }
  bool is_empty() {
    std::lock_guard guard{mutex_};
    return slots_.empty();
  }

private:
  size_t most_;
  const wake& events_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<slot>> slots_;
  size_t running_ = 0;
};

run_result refused(const std::string& message) {
  run_result x{.status = status::failed};
  x.error = error{.code = errc::invalid_input, .message = message};
  return x;
}

/// A line's value as inputs: an object is the inputs, anything else that of the only one.
expected<value> inputs_from(const std::string& line, const flow& what) {
  auto parsed = value::parse(line);
  if (!parsed)
    return failure(errc::invalid_input, "the line is no JSON");
  if (parsed->is_object())
    return *parsed;
  auto& declared = what.inputs();
  if (declared.size() != 1)
    return failure(errc::invalid_input,
                   std::string{"wanted an object of inputs, got "} + parsed->type_name());
  return value::object({{declared.begin().key(), *parsed}});
}

std::string line_for(const map_command& x, const slot& from) {
  auto& result = *from.result;
  if (x.output == "json" && result.tree)
    return as_value(result, {.outputs = false, .children = false}).dump() + "\n";
  if (result.success())
    return result.output.dump() + "\n";
  auto why = result.error.value_or(troupe::error{.code = errc::cancelled});
  for (auto& one : result.waiting_for)
    why.message += (why.message.empty() ? "waits for the signal \"" : ", and for \"") + one.signal +
                   "\" at " + one.path;
  nlohmann::json error{{"line", from.line}};
  error.update(nlohmann::json(why));
  return value{nlohmann::json{{"error", std::move(error)}}}.dump() + "\n";
}

struct tally {
  size_t lines = 0, failed = 0, degraded = 0, without_worker = 0;
  bool is_written = true, is_read = true;
};

/// Reads, begins runs and writes, in one thread: whichever of input and output is slow holds up the
/// others.
class mapper {
public:
  mapper(engine& engine, const flow& what, const map_command& x, run_options options, size_t most)
    : engine_{engine}, what_{what}, command_{x}, options_{std::move(options)}, all_{most, events_} {
  }

  tally run() {
    for (;;) {
      events_.clear();
      while (auto ended = all_.take())
        write(*ended);
      if (!is_open_ && all_.is_empty())
        return counts_;
      if (!is_open_ || !all_.has_room())
        events_.wait();
      else if (auto line = lines_.next())
        begin(*line);
      else if (lines_.is_at_end())
        end_of_input();
    }
  }

  /// From another thread: begins nothing more, and cancels what runs.
  void stop() {
    is_open_ = false;
    engine_.close(duration{0});
    events_.up();
  }

private:
  void end_of_input() {
    is_open_ = false;
    counts_.is_read = lines_.trouble().empty();
    if (!counts_.is_read)
      complain("troupe: cannot read standard input: " + lines_.trouble() + "\n");
  }

  void begin(const std::string& line) {
    auto at = all_.open(++counts_.lines);
    if (line.size() > line_reader::most_bytes)
      return all_.end(at, refused("the line has more than 16 MiB"));
    auto inputs = inputs_from(line, what_);
    if (!inputs)
      return all_.end(at, refused(inputs.error().message));
    engine_.submit(what_, *inputs, options_,
                   [this, at](run_result result) { all_.end(at, std::move(result)); });
  }

  void write(const slot& x) {
    auto& why = x.result->error;
    counts_.failed += x.result->success() ? 0 : 1;
    counts_.without_worker += why && why->code == errc::no_worker ? 1 : 0;
    counts_.degraded += x.result->status == status::degraded ? 1 : 0;
    if (!counts_.is_written || print(line_for(command_, x)))
      return;
    counts_.is_written = false;
    stop(); // nobody reads
  }

  engine& engine_;
  const flow& what_;
  const map_command& command_;
  run_options options_;
  wake events_;
  window all_;
  line_reader lines_{STDIN_FILENO, events_.fd()};
  tally counts_;
  std::atomic<bool> is_open_ = true;
};

size_t runs_at_once(const map_command& x) {
  constexpr size_t for_each_core = 4;
  auto cores = std::max<size_t>(1, std::thread::hardware_concurrency());
  return x.concurrency > 0 ? static_cast<size_t>(x.concurrency) : for_each_core * cores;
}

exit_code code_of(const map_command& x, const tally& counts, const interrupt& signals) {
  if (!counts.is_written || !counts.is_read)
    return exit_code::infrastructure;
  if (signals.has_come())
    return exit_code::interrupted;
  if (counts.without_worker > 0)
    return exit_code::infrastructure;
  auto went_wrong = counts.failed > 0 || (x.strict && counts.degraded > 0);
  return went_wrong ? exit_code::failed : exit_code::succeeded;
}

} // namespace

int execute(const map_command& x) {
  interrupt signals; // before the engine's threads
  auto network = read_network(x.cluster);
  if (!network) {
    complain(network.error());
    return exit_code::usage;
  }
  engine engine{
    {.steps = options_for(x.file_roots), .cache_file = x.cache, .network = network->options}};
  auto flow = read_flow(x.flow, x.documents, engine.steps());
  if (!flow)
    return flow.error();
  auto secrets = read_secrets(x.secrets, *flow);
  if (!secrets) {
    complain(secrets.error());
    return exit_code::usage;
  }
  worker_list workers{engine, *network, [](auto& line) { complain(line); }};
  if (auto ok = workers.begin(); !ok) {
    complain(ok.error());
    return exit_code::usage;
  }
  mapper all{
    engine,
    *flow,
    x,
    {.secret = std::move(*secrets), .results = result_detail::summary, .end_when_waiting = true},
    runs_at_once(x)};
  signals.on_first([&all] { all.stop(); });
  auto counts = all.run();
  signals.on_first([] {}); // there is nothing left to stop
  if (counts.failed > 0)
    complain("troupe: " + std::to_string(counts.failed) + " of " + std::to_string(counts.lines) +
             (counts.lines == 1 ? " line failed\n" : " lines failed\n"));
  auto code = code_of(x, counts, signals);
  return leave(engine, code);
}

} // namespace troupe::cli
