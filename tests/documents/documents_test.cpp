// SPDX-License-Identifier: Apache-2.0
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"
#include "troupe/engine.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>

// Each document has a file beside it that says what is told of it, what it is as a native document,
// and what comes of it.

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> endings{".json", ".yaml", ".yml"};

/// Without what differs from run to run.
json lasting(const json& x) {
  static const std::set<std::string> passing{"duration_ms", "started_at", "timing", "waited_ms",
                                             "run_id"};
  if (!x.is_structured())
    return x;
  auto out = x.is_object() ? json::object() : json::array();
  for (auto& [key, member] : x.items())
    if (!x.is_object())
      out.push_back(lasting(member));
    else if (!passing.contains(key))
      out[key] = lasting(member);
  return out;
}

/// The family's documents in a folder of their own, where they may read and write.
class family : scratch_folder {
public:
  explicit family(const std::string& name) : folder_{source_folder() / "tests/documents" / name} {
    for (auto& file : files_in(folder_, endings))
      fs::copy(file, path());
    add_stand_ins();
  }

  void check(const reading_options& options) {
    for (auto& file : files_in(folder_, endings))
      check_golden(golden_of(file, ".golden"), story_of(file.filename().string(), options));
  }

  void check_refused(const reading_options& options) {
    for (auto& file : files_in(folder_ / "refused", endings)) {
      auto read = parse_flow(read_text(file), kinds_, file.filename().string(), options);
      BOOST_TEST(!read, file << " is valid");
      check_golden(golden_of(file, ".error"), told(read ? read->warnings() : read.error()));
    }
  }

private:
  static fs::path golden_of(const fs::path& file, const std::string& ending) {
    return file.parent_path() / (file.filename().string() + ending);
  }

  static std::string told(const diagnostics& all) {
    std::string text;
    for (auto& x : all)
      text += to_string(x);
    return text;
  }

  /// What reaches out of the process answers here with what it was asked.
  void add_stand_ins() {
    kinds_ = engine_.steps();
    kinds_.add_inline("http", [](const step_input& in) {
      return step_output{json{{"response", {{"asked", in.params.json()}}}, {"status_code", 200}}};
    });
    kinds_.add_inline("llm", [](const step_input& in) {
      auto asked = in.params.find("prompt") ? in.param("prompt") : in.param("messages");
      return step_output{json{{"response", "answer to: " + asked.as_text()}}};
    });
  }

  json came_of(const flow& x) {
    auto result = engine_.run(x);
    json out{{"status", to_string(result.status)},
             {"output", result.output.json()},
             {"context", result.context.json()},
             {"tree", result.tree ? as_value(*result.tree).json() : json()}};
    if (result.error)
      out["error"] = *result.error;
    return lasting(out);
  }

  std::string story_of(const std::string& name, const reading_options& options) {
    BOOST_TEST_CONTEXT(name) {
      auto read = load_flow(name, kinds_, options);
      auto story = told(read ? read->warnings() : read.error());
      auto converted = convert_flow(name, options);
      if (converted)
        story += "== native\n" + converted->text;
      if (!read)
        return story;
      BOOST_REQUIRE(converted);
      write("converted.json", converted->text);
      auto again = load_flow("converted.json", kinds_,
                             {.types = options.types, .stub_unknown = options.stub_unknown});
      BOOST_TEST(again.has_value(), (again ? "" : told(again.error())));
      auto result = came_of(*read);
      if (again)
        BOOST_TEST(came_of(*again) == result, "converted, it runs otherwise");
      result.erase("tree");
      return story + "== result\n" + result.dump(2) + "\n";
    }
    return {};
  }

  fs::path folder_;
  registry kinds_;
  engine engine_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(documents_suite)

BOOST_AUTO_TEST_CASE(native_documents_do_what_they_did) { family{"native"}.check({}); }
BOOST_AUTO_TEST_CASE(graph_documents_do_what_they_did) { family{"graph"}.check({}); }
BOOST_AUTO_TEST_CASE(chains_do_what_they_did) { family{"chain"}.check({.stub_unknown = true}); }
BOOST_AUTO_TEST_CASE(blueprints_do_what_they_did) {
  family{"blueprint"}.check({.stub_unknown = true});
}
BOOST_AUTO_TEST_CASE(documents_of_language_models_do_what_they_did) {
  family{"llm"}.check({.stub_unknown = true});
}

BOOST_AUTO_TEST_CASE(wrong_native_documents_are_refused_to_the_letter) {
  family{"native"}.check_refused({});
}
BOOST_AUTO_TEST_CASE(wrong_graph_documents_are_refused_to_the_letter) {
  family{"graph"}.check_refused({});
}
BOOST_AUTO_TEST_CASE(wrong_chains_are_refused_to_the_letter) { family{"chain"}.check_refused({}); }
BOOST_AUTO_TEST_CASE(wrong_blueprints_are_refused_to_the_letter) {
  family{"blueprint"}.check_refused({.stub_unknown = true});
}

BOOST_AUTO_TEST_SUITE_END()
