/**
 * Reports that a browser shows without a network: one HTML file with its style, its plots (SVG) and
 * a small script for tooltips inside.
 *
 * <p>The model is immutable: {@link io.lesnode.benchmarks.report.Report} has {@link
 * io.lesnode.benchmarks.report.Section sections} of {@link io.lesnode.benchmarks.report.Block
 * blocks}: text, key figures, tables and {@link io.lesnode.benchmarks.report.Plot plots}. {@link
 * io.lesnode.benchmarks.report.HtmlReport} writes it. The same model gives the same bytes on every
 * JDK and machine: a date or a machine is in a report only when the model has it. Every text is
 * escaped, so that names may come from files and peers.
 *
 * <p>Owner: any thread; nothing here is mutable but the writers, which stay inside one call.
 */
@NullMarked
package io.lesnode.benchmarks.report;

import org.jspecify.annotations.NullMarked;
