// Included by harness.cpp: beats go in and out of streams, each side pausing in cycles that a hash of the seed picks.

// In place of a port's number: the stream has none.
constexpr uint32_t NO_PORT = 0xffffffffu;

struct Stream {
  uint32_t valid, ready, data, last, words, beats;
  uint32_t passed = 0;
  const uint32_t* contents = nullptr;  // of an input stream
  Words received;                      // by an output stream
  Words cycles;                        // in which each beat passed
  Words ends;                          // of an output stream with TLAST: its value in each beat
  bool offered = false;                // a beat once offered stays until it is taken

  explicit Stream(Request& request) {
    valid = request.word();
    ready = request.word();
    data = request.word();
    last = request.word();
    words = words_of(WIDTHS[data]);
    beats = request.word();
  }
};

bool pauses(uint32_t seed, uint32_t stream, uint32_t cycle, uint32_t percent) {
  uint32_t hash = seed ^ (stream * 0x9e3779b9u) ^ (cycle * 0x85ebca6bu);
  hash = (hash ^ (hash >> 16)) * 0x7feb352du;
  hash = (hash ^ (hash >> 15)) * 0x846ca68bu;
  hash ^= hash >> 16;
  return hash % 100 < percent;
}

// Answer: the widths of the probes; the number of cycles that ran; for each output stream the beats that came, their words,
// their cycles and, where it has TLAST, that; for each input stream the beats that went and their cycles; then the probes, cycle by cycle.
void run_streams(Dut& dut, Request& request, Words& answer) {
  const Probes probes(request, answer);
  const uint32_t seed = request.word();
  const uint32_t percent = request.word();
  const uint32_t limit = request.word();
  const uint32_t reset_cycles = request.word();
  std::vector<Stream> inputs, outputs;
  for (uint32_t left = request.word(); left > 0; left--) {
    inputs.emplace_back(request);
    inputs.back().contents = request.take(static_cast<size_t>(inputs.back().words) * inputs.back().beats);
  }
  for (uint32_t left = request.word(); left > 0; left--) outputs.emplace_back(request);

  if (HAS_RESET) set_bit(dut, RESET_N, 0);
  for (uint32_t left = reset_cycles; HAS_CLOCK && left > 0; left--) {
    dut.eval();
    edge(dut);
  }
  if (HAS_RESET) set_bit(dut, RESET_N, 1);

  const Words zeros(words_of(MOST_BITS));
  Words traced;
  uint32_t cycle = 0;
  for (; cycle < limit; cycle++) {
    bool complete = true;
    for (const Stream& stream : outputs) complete = complete && stream.passed == stream.beats;
    if (complete) break;
    uint32_t number = 0;
    for (Stream& stream : inputs) {
      const bool paused = pauses(seed, number++, cycle, percent);
      stream.offered = stream.passed < stream.beats && (stream.offered || !paused);
      set_bit(dut, stream.valid, stream.offered);
      set(dut, stream.data, stream.offered ? stream.contents + static_cast<size_t>(stream.passed) * stream.words : zeros.data());
    }
    for (Stream& stream : outputs) {
      const bool paused = pauses(seed, number++, cycle, percent);
      set_bit(dut, stream.ready, stream.passed < stream.beats && !paused);
    }
    dut.eval();
    probes.sample(traced);
    for (Stream& stream : inputs) {
      if (!stream.offered || !get_bit(dut, stream.ready)) continue;
      stream.cycles.push_back(cycle);
      stream.passed++;
      stream.offered = false;
    }
    for (Stream& stream : outputs) {
      if (stream.passed == stream.beats || !get_bit(dut, stream.valid) || !get_bit(dut, stream.ready)) continue;
      const size_t at = stream.received.size();
      stream.received.resize(at + stream.words);
      get(dut, stream.data, stream.received.data() + at);
      stream.cycles.push_back(cycle);
      if (stream.last != NO_PORT) stream.ends.push_back(get_bit(dut, stream.last));
      stream.passed++;
    }
    if (HAS_CLOCK) edge(dut);
  }

  answer.push_back(cycle);
  for (const Stream& stream : outputs) {
    answer.push_back(stream.passed);
    answer.insert(answer.end(), stream.received.begin(), stream.received.end());
    answer.insert(answer.end(), stream.cycles.begin(), stream.cycles.end());
    answer.insert(answer.end(), stream.ends.begin(), stream.ends.end());
  }
  for (const Stream& stream : inputs) {
    answer.push_back(stream.passed);
    answer.insert(answer.end(), stream.cycles.begin(), stream.cycles.end());
  }
  answer.insert(answer.end(), traced.begin(), traced.end());
}
