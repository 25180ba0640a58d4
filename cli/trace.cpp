// SPDX-License-Identifier: Apache-2.0
#include "cli/trace.hpp"

#include "cli/print.hpp"
#include "troupe/observe.hpp"
#include "troupe/otlp.hpp"
#include "troupe/version.hpp"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace troupe::cli {

namespace {

constexpr auto collector_of_this_machine = "http://localhost:4318";

std::string variable(const char* name, const char* otherwise = "") {
  auto text = std::getenv(name);
  return text && *text ? text : otherwise;
}

std::string trimmed(const std::string& text) {
  auto begin = text.find_first_not_of(" \t");
  return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// `%XX` becomes the byte; what is none stays.
std::string percent_decoded(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    auto digits = text.data() + i + 1;
    auto is_code = text[i] == '%' && i + 2 < text.size() &&
                   std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    out += is_code ? static_cast<char>(byte) : text[i];
    i += is_code ? 2 : 0;
  }
  return out;
}

bool write_file(const std::string& file, const std::string& text) {
  errno = 0;
  std::ofstream out{file, std::ios::binary};
  out << text;
  out.close();
  if (!out)
    complain("troupe: cannot write " + file + ": " + std::strerror(errno) + "\n");
  return static_cast<bool>(out);
}

void send_to_collector(const std::string& url, const run_result& result) {
  if (!result.tree)
    return; // it never began: there is nothing to tell
  auto body = otlp_traces(result, {{"service.name", variable("OTEL_SERVICE_NAME", "troupe")},
                                   {"service.version", TROUPE_VERSION_STRING}});
  auto sent = export_traces(body, url, read_header_list(variable("OTEL_EXPORTER_OTLP_HEADERS")));
  if (!sent)
    complain("troupe: warning: the trace was not sent: " + sent.error().message + "\n");
}

} // namespace

std::map<std::string, std::string> read_header_list(const std::string& list) {
  std::map<std::string, std::string> all;
  std::istringstream in{list};
  for (std::string one; std::getline(in, one, ',');)
    if (auto end = one.find('='); end != one.npos && !trimmed(one.substr(0, end)).empty())
      all[trimmed(one.substr(0, end))] = percent_decoded(trimmed(one.substr(end + 1)));
  return all;
}

expected<std::vector<trace_order>> read_traces(const std::vector<std::string>& options) {
  using form = trace_order::form;
  static const std::map<std::string, form> forms{
    {"chrome", form::chrome}, {"gantt", form::gantt}, {"otlp", form::otlp}};
  std::vector<trace_order> orders;
  for (auto& text : options) {
    auto end = std::min(text.find('='), text.size());
    auto known = forms.find(text.substr(0, end));
    auto target = end < text.size() ? text.substr(end + 1) : "";
    if (known == forms.end() || (target.empty() && text != "otlp"))
      return failure(errc::invalid_input,
                     "--trace wants chrome=FILE, gantt=FILE, otlp or otlp=URL, got \"" + text +
                       "\"");
    if (target.empty())
      target = variable("OTEL_EXPORTER_OTLP_ENDPOINT", collector_of_this_machine);
    orders.push_back({known->second, std::move(target)});
  }
  return orders;
}

bool write_traces(const std::vector<trace_order>& orders, const run_result& result) {
  auto written = true;
  for (auto& [how, target] : orders)
    switch (how) {
    case trace_order::form::chrome:
      written = write_file(target, chrome_trace(result)) && written;
      break;
    case trace_order::form::gantt:
      written = write_file(target, gantt_svg(result)) && written;
      break;
    case trace_order::form::otlp:
      send_to_collector(target, result);
      break;
    }
  return written;
}

} // namespace troupe::cli
