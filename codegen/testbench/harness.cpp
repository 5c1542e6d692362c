// Drives one Verilated module. A request file of 32-bit words says what to do; the answer file holds what came out.
// `ports.h` is made for the module: it names the class `Dut` and lists the ports in `with_port`.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "ports.h"
#include "verilated.h"
#ifdef BITLOOM_TRACE
#include "verilated_vpi.h"
#endif

namespace {

using Words = std::vector<uint32_t>;

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(2);
}

// ---- values of any width as 32-bit words, least significant first ----

size_t words_of(uint32_t width) { return (width + 31) / 32; }

template <typename T> void store(T& port, uint32_t width, const uint32_t* words) {
  uint64_t value = words[0];
  if (width > 32) value |= static_cast<uint64_t>(words[1]) << 32;
  port = static_cast<T>(value);
}

template <typename T> void fetch(const T& port, uint32_t width, uint32_t* words) {
  words[0] = static_cast<uint32_t>(port);
  if (width > 32) words[1] = static_cast<uint32_t>(static_cast<uint64_t>(port) >> 32);
}

template <size_t N> void store(VlWide<N>& port, uint32_t, const uint32_t* words) {
  for (size_t i = 0; i < N; i++) port[i] = words[i];
}

template <size_t N> void fetch(const VlWide<N>& port, uint32_t, uint32_t* words) {
  for (size_t i = 0; i < N; i++) words[i] = port[i];
}

void set(Dut& dut, uint32_t port, const uint32_t* words) {
  with_port(dut, port, [&](auto& signal, uint32_t width) { store(signal, width, words); });
}

void set_bit(Dut& dut, uint32_t port, uint32_t value) { set(dut, port, &value); }

void get(Dut& dut, uint32_t port, uint32_t* words) {
  with_port(dut, port, [&](auto& signal, uint32_t width) { fetch(signal, width, words); });
}

bool get_bit(Dut& dut, uint32_t port) {
  uint32_t value = 0;
  get(dut, port, &value);
  return value != 0;
}

// ---- request and answer ----

class Request {
 public:
  explicit Request(const char* path) {
    FILE* file = std::fopen(path, "rb");
    if (!file) fail(std::string("cannot read ") + path);
    std::fseek(file, 0, SEEK_END);
    words_.resize(static_cast<size_t>(std::ftell(file)) / 4);
    std::rewind(file);
    if (std::fread(words_.data(), 4, words_.size(), file) != words_.size()) fail("the request is cut short");
    std::fclose(file);
  }
  uint32_t word() { return *take(1); }
  const uint32_t* take(size_t count) {
    if (next_ + count > words_.size()) fail("the request is cut short");
    const uint32_t* start = words_.data() + next_;
    next_ += count;
    return start;
  }
  std::string text() {
    std::string result;
    for (uint32_t left = word(); left > 0; left--) result += static_cast<char>(word());
    return result;
  }

 private:
  Words words_;
  size_t next_ = 0;
};

void write_answer(const char* path, const Words& answer) {
  FILE* file = std::fopen(path, "wb");
  if (!file || std::fwrite(answer.data(), 4, answer.size(), file) != answer.size() || std::fclose(file) != 0) {
    fail(std::string("cannot write ") + path);
  }
}

// ---- signals inside the module ----

// Their widths go into the answer first.
#ifdef BITLOOM_TRACE
class Probes {
 public:
  Probes(Request& request, Words& answer) {
    for (uint32_t left = request.word(); left > 0; left--) {
      std::string path = "TOP." + request.text();
      vpiHandle handle = vpi_handle_by_name(const_cast<char*>(path.c_str()), nullptr);
      if (!handle) fail("there is no signal " + path);
      const uint32_t width = static_cast<uint32_t>(vpi_get(vpiSize, handle));
      if (words_of(width) >= VL_VALUE_STRING_MAX_WORDS) fail(path + " has too many bits to be read: " + std::to_string(width));
      probes_.push_back({handle, words_of(width)});
      answer.push_back(width);
    }
  }
  void sample(Words& to) const {
    for (const Probe& probe : probes_) {
      s_vpi_value value;
      value.format = vpiVectorVal;
      vpi_get_value(probe.handle, &value);
      for (size_t i = 0; i < probe.words; i++) to.push_back(static_cast<uint32_t>(value.value.vector[i].aval));
    }
  }

 private:
  struct Probe { vpiHandle handle; size_t words; };
  std::vector<Probe> probes_;
};
#else
class Probes {
 public:
  Probes(Request& request, Words&) {
    if (request.word() != 0) fail("this model was built without its inner signals");
  }
  void sample(Words&) const {}
};
#endif

void edge(Dut& dut) {
  set_bit(dut, CLOCK, 1);
  dut.eval();
  set_bit(dut, CLOCK, 0);
}

// Every input in every cycle as the request says; every output and probe in every cycle is the answer.
void run_cycles(Dut& dut, Request& request, Words& answer) {
  const Probes probes(request, answer);
  for (uint32_t left = request.word(); left > 0; left--) {
    const uint32_t reset_n = request.word();
    if (HAS_RESET) set_bit(dut, RESET_N, reset_n);
    for (uint32_t port : INPUTS) set(dut, port, request.take(words_of(WIDTHS[port])));
    dut.eval();
    for (uint32_t port : OUTPUTS) {
      const size_t at = answer.size();
      answer.resize(at + words_of(WIDTHS[port]));
      get(dut, port, answer.data() + at);
    }
    probes.sample(answer);
    if (HAS_CLOCK) edge(dut);
  }
}

#include "streams.h"

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) fail("usage: model REQUEST ANSWER");
  VerilatedContext context;
  context.randReset(2);
  context.randSeed(1);
  Request request(argv[1]);
  Words answer;
  Dut dut(&context);
  const Words zeros(words_of(MOST_BITS));
  for (uint32_t port : INPUTS) set(dut, port, zeros.data());
  if (HAS_CLOCK) set_bit(dut, CLOCK, 0);
  dut.eval();
  if (request.word() == 0) run_cycles(dut, request, answer);
  else run_streams(dut, request, answer);
  dut.final();
  write_answer(argv[2], answer);
  return 0;
}
