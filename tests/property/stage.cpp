// SPDX-License-Identifier: Apache-2.0
#include "tests/property/stage.hpp"

#include <cmath>
#include <optional>
#include <stop_token>

namespace troupe::test {

using nlohmann::json;

bill& bill::operator+=(const bill& x) {
  mils += x.mils;
  calls += x.calls;
  tokens += x.tokens;
  return *this;
}

bill bill_of(const json& metrics) {
  return {std::llround(metrics.value("cost_usd", 0.0) * 1000), metrics.value("calls", int64_t{0}),
          metrics.value("tokens", int64_t{0})};
}

bill bill_of(const metrics& x) { return bill_of(x.json()); }

std::string to_string(const bill& x) {
  return std::to_string(x.mils) + " mils for " + std::to_string(x.calls) + " calls with " +
         std::to_string(x.tokens) + " tokens";
}

int64_t digest(const json& input) {
  uint32_t hash = 2166136261U; // FNV-1a
  for (unsigned char c : input.dump())
    hash = (hash ^ c) * 16777619U;
  return hash % 1000000;
}

json default_output(const std::string& path, const json& input, int tries) {
  return {{"by", path}, {"n", digest(input)}, {"try", tries}};
}

std::string action_of(const json& params, const json& input) {
  if (params.contains("turns") && !params["turns"].empty())
    return params["turns"][static_cast<size_t>(digest(input)) % params["turns"].size()];
  return params.value("action", "");
}

namespace {

std::string deed_of(const step_input& in) {
  auto& params = in.params.json();
  if (in.host->attempt() <= params.value("fails_first", 0))
    return "fail";
  return params.value("does", "succeed");
}

duration delay_of(const step_input& in) {
  return std::chrono::milliseconds{in.params.json().value("delay_ms", 0)};
}

} // namespace

/// A promise under way; kept by the stage, else it would answer by itself.
struct stage::act {
  act(promise x, size_t number) : answer{std::move(x)}, call{number} {}
  promise answer;
  size_t call;
  bool is_over = false;
  std::optional<std::stop_callback<std::function<void()>>> on_stop = {};
};

stage::~stage() = default;

void stage::clear() {
  calls.clear();
  spent = {};
  for (auto& x : acts_)
    x->on_stop.reset(); // it holds its own act
  acts_.clear();
  row_ = 0;
}

void stage::add_kinds(registry& kinds) {
  kinds.add_async("play", [this](const step_input& in, promise x) { play(in, std::move(x)); });
  kinds.add_inline("quick", [this](const step_input& in) { return recite(in); });
  kinds.add("block", [this](const step_input& in) { return recite(in); });
}

size_t stage::note(const step_input& in) {
  calls.push_back(
    {in.host->path(), in.host->attempt(), now(), in.input.json(), in.context.as_value().json()});
  calls.back().begun = calls.back().ended = ++row_;
  return calls.size() - 1;
}

void stage::leave(size_t call) {
  calls[call].ended = ++row_;
  calls[call].until = now();
}

json stage::pay(const json& params, size_t call) {
  json metrics{{"cost_usd", params.value("cost", 0.0)}, {"calls", 1}};
  if (params.contains("tokens"))
    metrics["tokens"] = params["tokens"];
  calls[call].spent = bill_of(metrics);
  spent += calls[call].spent;
  return metrics;
}

step_output stage::success(const step_input& in, size_t call) {
  auto& params = in.params.json();
  step_output x = params.contains("output")
                    ? params["output"]
                    : default_output(in.host->path(), in.input.json(), in.host->attempt());
  x.metrics = pay(params, call);
  x.action = action_of(params, in.input.json());
  if (params.contains("quality"))
    x.quality = params["quality"].get<double>();
  if (params.contains("context"))
    for (auto& [key, wanted] : params["context"].items())
      x.changes[key] = value{wanted};
  if (params.contains("erases"))
    x.changes[params["erases"].get<std::string>()] = {};
  return x;
}

step_error stage::failure(const step_input& in, size_t call) {
  auto& params = in.params.json();
  std::optional<bool> retryable;
  if (params.contains("retryable"))
    retryable = params["retryable"].get<bool>();
  json details;
  if (params.contains("retry_after"))
    details = {{"retry_after", params["retry_after"]}};
  return {*errc_from(params.value("code", "step_failed")), "as the script says", retryable,
          pay(params, call), details};
}

step_output stage::recite(const step_input& in) {
  auto call = note(in);
  leave(call);
  auto does = deed_of(in);
  if (does == "fail")
    throw failure(in, call);
  if (does == "throw")
    throw std::runtime_error{"as the script says"};
  return success(in, call);
}

void stage::tell_bill(const step_input& in, std::shared_ptr<act> x) {
  auto& params = in.params.json();
  if (!params.contains("bill_after_ms"))
    return;
  auto after = std::chrono::milliseconds{params["bill_after_ms"].get<int>()};
  call_later(after, [this, in, x] {
    if (x->is_over)
      return;
    auto& all = in.params.json();
    calls[x->call].billed_at = now();
    in.spent({{"cost_usd", all.value("cost", 0.0)}, {"tokens", all.value("tokens", 0)}});
  });
}

void stage::play(const step_input& in, promise answer) {
  auto call = note(in);
  auto does = deed_of(in);
  auto delay = delay_of(in);
  if (does == "throw") {
    leave(call);
    throw std::runtime_error{"as the script says"};
  }
  if (does == "succeed" && (delay.count() == 0 || in.params.json().value("parked", false)))
    return answer.succeed_after(delay, success(in, call));
  auto x = acts_.emplace_back(std::make_shared<act>(std::move(answer), call));
  if (does == "deaf")
    return;
  auto end = [this, x](const std::function<void()>& how) {
    if (std::exchange(x->is_over, true))
      return;
    leave(x->call);
    how();
  };
  x->on_stop.emplace(in.stop, [this, end, in, does, p = x.get()] {
    end([&] {
      auto why = step_error{errc::cancelled, "told to stop"};
      why.metrics = does == "crash" ? json{} : pay(in.params.json(), p->call);
      p->answer.fail(why);
    });
  });
  if (does == "crash") {
    call_later(delay, [end] { end([] {}); });
    return kill_current_actor(delay);
  }
  tell_bill(in, x);
  if (does == "hang")
    return;
  call_later(delay, [this, end, in, does, x] {
    end([&] {
      if (does == "fail")
        x->answer.fail(failure(in, x->call));
      else
        x->answer.succeed(success(in, x->call));
    });
  });
}

} // namespace troupe::test
