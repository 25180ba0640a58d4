// SPDX-License-Identifier: Apache-2.0
#include "cli/cluster_file.hpp"

#include "cli/endpoint.hpp"
#include "troupe/value.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <iterator>

namespace troupe::cli {

namespace {

using nlohmann::json;

/// Reads the keys of one object; the first thing that is wrong stays.
class reader {
public:
  reader(const json& object, std::string where, std::initializer_list<const char*> known)
    : object_{object}, where_{std::move(where)} {
    if (!object.is_object())
      refuse("wanted an object", object);
    else
      refuse_others(known);
  }

  bool has(const char* key) const { return !problem_ && object_.contains(key); }

  std::string text(const char* key) {
    return take(
      key, [](auto& x) { return x.is_string() && x != ""; }, "a text", std::string{});
  }
  bool flag(const char* key) {
    return take(
      key, [](auto& x) { return x.is_boolean(); }, "true or false", false);
  }
  std::optional<duration> time(const char* key) {
    auto is_time = [](auto& x) {
      return x.is_string() && parse_duration(x.template get<std::string>());
    };
    return parse_duration(take(key, is_time, "a time such as \"10s\"", std::string{}));
  }
  std::vector<std::string> endpoints(const char* key) {
    auto all = take(
      key, [](auto& x) { return x.is_array(); }, "a list of workers", json::array());
    std::vector<std::string> out;
    for (auto& x : all) {
      auto is_endpoint = x.is_string() && is_reachable_name(x);
      if (!is_endpoint || std::find(out.begin(), out.end(), x) != out.end()) {
        refuse(key + ("[" + std::to_string(out.size()) + "]: ") +
                 (is_endpoint ? "wanted each worker once" : "wanted \"host:port\""),
               x);
        return {};
      }
      out.push_back(x);
    }
    return out;
  }

  const std::optional<error>& problem() const { return problem_; }

private:
  template <class T, class Is>
  T take(const char* key, Is is_right, const char* wanted, T otherwise) {
    if (!has(key))
      return otherwise;
    auto& x = object_[key];
    if (is_right(x))
      return x;
    refuse(std::string{key} + ": wanted " + wanted, x);
    return otherwise;
  }
  void refuse(const std::string& what, const json& found) {
    if (!problem_)
      problem_ = error{.code = errc::invalid_input,
                       .message = where_ + what + ", found " + value{found}.dump()};
  }
  void refuse_others(std::initializer_list<const char*> known) {
    std::string all;
    for (auto x : known)
      all += (all.empty() ? "" : ", ") + std::string{x};
    for (auto& [key, unused] : object_.items())
      if (!problem_ && std::find(known.begin(), known.end(), key) == known.end())
        problem_ = error{.code = errc::invalid_input,
                         .message = where_ + "unknown key \"" + key + "\"; there are: " + all};
  }

  const json& object_;
  std::string where_;
  std::optional<error> problem_;
};

expected<tls_files> read_tls(const json& x, const std::string& where,
                             const std::filesystem::path& folder) {
  reader in{x, where, {"cert", "key", "ca"}};
  auto path = [&](const char* key) { return (folder / in.text(key)).string(); };
  tls_files files{path("cert"), path("key"), path("ca")};
  if (in.problem())
    return unexpected{*in.problem()};
  for (auto key : {"cert", "key", "ca"})
    if (!in.has(key))
      return failure(errc::invalid_input, where + "wanted cert, key and ca, found no " + key);
  return files;
}

} // namespace

expected<cluster_file> parse_cluster_file(const std::string& text,
                                          const std::filesystem::path& file) {
  auto where = file.string() + ": ";
  auto parsed = value::parse(text);
  if (!parsed)
    return failure(errc::invalid_input, where + "wanted JSON");
  auto all = parsed->json();
  reader in{all, where, {"workers", "tls", "insecure", "lease", "queue"}};
  cluster_file x;
  x.workers = in.endpoints("workers");
  x.insecure = in.flag("insecure");
  x.lease = in.time("lease");
  x.queue = in.time("queue");
  if (in.problem())
    return unexpected{*in.problem()};
  if (!in.has("workers"))
    return failure(errc::invalid_input,
                   where + "wanted a list of workers, found no key \"workers\"");
  if (in.has("tls") && x.insecure)
    return failure(errc::invalid_input, where + "wanted tls or insecure, found both");
  if (!in.has("tls"))
    return x;
  auto files = read_tls(all["tls"], where + "tls: ", file.parent_path());
  if (!files)
    return unexpected{files.error()};
  x.tls = std::move(*files);
  return x;
}

expected<std::string> text_of(const std::filesystem::path& file) {
  if (std::error_code ignored; std::filesystem::is_directory(file, ignored)) // reading one throws
    return failure(errc::invalid_input, file.string() + ": " + std::strerror(EISDIR));
  std::ifstream in{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in)
    return failure(errc::invalid_input, file.string() + ": " + std::strerror(errno));
  return text;
}

} // namespace troupe::cli
