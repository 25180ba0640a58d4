// SPDX-License-Identifier: Apache-2.0
#include "cli/inputs.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

namespace troupe::cli {

namespace {

using nlohmann::json;

expected<json> from_file(const std::string& name) {
  std::ifstream file;
  if (name != "-")
    file.open(name, std::ios::binary);
  if (name != "-" && !file)
    return failure(errc::invalid_input, "--input-file " + name + ": " + std::strerror(errno));
  auto& in = name == "-" ? std::cin : static_cast<std::istream&>(file);
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  auto read = value::parse(text);
  if (!read || !read->is_object())
    return failure(errc::invalid_input, "--input-file " + name + ": wanted a JSON object");
  return read->json();
}

expected<json> typed(const std::string& name, const std::string& text, const std::string& type) {
  if (type == "string" || type == "any")
    return json(text);
  auto read = value::parse(text);
  if (!read)
    return failure(errc::invalid_input,
                   "--input " + name + ": wanted " + type + ", got \"" + text + "\"");
  return read->json();
}

} // namespace

expected<value> read_inputs(const run_command& x, const flow& what) {
  auto all = json::object();
  if (!x.input_file.empty()) {
    auto read = from_file(x.input_file);
    if (!read)
      return unexpected{read.error()};
    all = std::move(*read);
  }
  for (auto& text : x.inputs) {
    auto end = text.find('=');
    if (end == text.npos || end == 0)
      return failure(errc::invalid_input, "--input wants NAME=VALUE, got \"" + text + "\"");
    auto name = text.substr(0, end);
    auto& declared = what.inputs();
    auto type = declared.contains(name) ? declared[name].value("type", "any") : "any";
    auto read = typed(name, text.substr(end + 1), type);
    if (!read)
      return unexpected{read.error()};
    all[name] = std::move(*read);
  }
  return value{std::move(all)};
}

expected<flow> read_part(const run_command& x, const flow& what) {
  flow_part part{x.only, x.from, {}};
  for (auto& text : x.pins) {
    auto end = text.find('=');
    if (end == text.npos || end == 0)
      return failure(errc::invalid_input, "--pin wants ID=FILE, got \"" + text + "\"");
    auto file = text.substr(end + 1);
    std::ifstream in{file, std::ios::binary};
    std::string output{std::istreambuf_iterator<char>{in}, {}};
    if (!in)
      return failure(errc::invalid_input, "--pin " + text + ": cannot read " + file);
    part.pins[text.substr(0, end)] = value::parse(output).value_or(value{json(output)});
  }
  return what.part(part);
}

expected<std::function<std::optional<std::string>(const std::string&)>>
read_secrets(const std::vector<std::string>& options, const flow& what) {
  std::map<std::string, std::string> given;
  for (auto& text : options) {
    auto end = text.find("=@");
    if (end == text.npos || end == 0)
      return failure(errc::invalid_input,
                     "--secret wants NAME=@FILE: what stands on a command line "
                     "is seen by everybody");
    auto name = text.substr(0, end), file = text.substr(end + 2);
    auto& wanted = what.secrets();
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end())
      return failure(errc::invalid_input, "--secret " + name + ": the flow wants no such secret");
    std::ifstream in{file};
    std::string secret{std::istreambuf_iterator<char>{in}, {}};
    if (!in)
      return failure(errc::invalid_input, "--secret " + name + ": cannot read " + file);
    while (secret.ends_with('\n') || secret.ends_with('\r'))
      secret.pop_back();
    given[name] = std::move(secret);
  }
  return [given](const std::string& name) -> std::optional<std::string> {
    if (auto found = given.find(name); found != given.end())
      return found->second;
    auto text = std::getenv(name.c_str());
    return text ? std::optional<std::string>{text} : std::nullopt;
  };
}

} // namespace troupe::cli
