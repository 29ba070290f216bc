package io.lesnode.benchmarks.compare;

/**
 * What one round of load on one server gave.
 *
 * @param cpuMicros processor time of the server per request, its idle time subtracted
 * @param perSecond requests answered
 * @param p50Millis median latency
 * @param p99Millis 99th percentile
 * @param p999Millis 99.9th percentile
 * @param replyBytes of one reply without compression
 * @param generatorCpuMicros processor time of this process per request
 * @param failures requests that were not answered in full
 * @param freezes Stop messages
 * @param creditWaits how often a client had to wait for credit
 */
record LoadSample(
    double cpuMicros,
    double perSecond,
    double p50Millis,
    double p99Millis,
    double p999Millis,
    double replyBytes,
    double generatorCpuMicros,
    long failures,
    long freezes,
    long creditWaits) {}
