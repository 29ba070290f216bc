/** Tests of the reports. */
@NullMarked
package io.lesnode.benchmarks.report;

import org.jspecify.annotations.NullMarked;
