// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster_fault/ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>

namespace troupe::test {

namespace {

class ledger {
public:
  explicit ledger(const std::string& file)
    : file_{::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)} {
    if (file_ < 0)
      throw std::runtime_error{"cannot write to " + file};
  }
  ~ledger() { ::close(file_); }
  ledger(const ledger&) = delete;
  ledger& operator=(const ledger&) = delete;

  /// In one piece, so that lines of several processes do not mix.
  void write(const step_host& step, const char* what) const {
    auto line = step.idempotency_key() + ' ' + std::to_string(step.attempt()) + ' ' +
                std::to_string(::getpid()) + ' ' + std::to_string(ledger_time().count()) + ' ' +
                what + '\n';
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
      throw step_error{errc::step_failed, "the ledger cannot be written"};
  }

private:
  int file_;
};

/// Whether that much time has passed without a request to stop.
bool pass(duration time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any nothing;
  std::unique_lock guard{mutex};
  nothing.wait_for(guard, stop, time, [] { return false; });
  return !stop.stop_requested();
}

step_output enter(const ledger& into, const step_input& in) {
  into.write(*in.host, "begin");
  auto time = parse_duration(in.param("for").as_text()).value_or(duration{0});
  if (!pass(time, in.stop)) {
    into.write(*in.host, "stopped");
    throw step_error{errc::cancelled, "stopped"};
  }
  auto fails = in.params.find("fails").value_or(value{nlohmann::json(0)}).json().get<int>();
  if (in.host->attempt() <= fails) {
    into.write(*in.host, "failed");
    throw step_error{errc::step_failed, "it was to fail"};
  }
  into.write(*in.host, "end");
  return in.param("value");
}

} // namespace

void add_ledger_steps(registry& kinds, const std::string& file) {
  auto into = std::make_shared<const ledger>(file);
  auto run = [into](const step_input& in) { return enter(*into, in); };
  kinds.add({.name = "ledger", .run = run, .reads_context = false});
  kinds.add({.name = "ledger_once", .run = run, .idempotent = false, .reads_context = false});
}

std::vector<ledger_line> read_ledger(const std::string& file) {
  std::vector<ledger_line> all;
  std::ifstream in{file};
  ledger_line x;
  int64_t at = 0;
  while (in >> x.key >> x.attempt >> x.process >> at >> x.what) {
    x.at = duration{at};
    all.push_back(x);
  }
  return all;
}

duration ledger_time() { return std::chrono::steady_clock::now().time_since_epoch(); }

} // namespace troupe::test
