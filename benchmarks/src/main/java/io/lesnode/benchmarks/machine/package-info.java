/**
 * What a measurement was made on: without it a number says nothing.
 *
 * <p>Public type: {@link io.lesnode.benchmarks.machine.MachineInfo}, as JSON, as a section of a
 * report and as a line of Markdown.
 *
 * <p>Owner: the thread of the command.
 */
@NullMarked
package io.lesnode.benchmarks.machine;

import org.jspecify.annotations.NullMarked;
