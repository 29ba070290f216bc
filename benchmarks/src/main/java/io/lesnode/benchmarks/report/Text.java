package io.lesnode.benchmarks.report;

/**
 * A paragraph; an empty line in the text begins another one.
 *
 * @param text plain text, escaped when it is written
 */
public record Text(String text) implements Block {}
