/**
 * LES credit, cost and capacity arithmetic of both sides, as single-owner value machines: time is
 * always an argument. Imports the JDK only.
 *
 * <p>Units everywhere: one cost unit is one nanosecond of a serving thread at global cost factor 1;
 * recharge rates and capacities are units per millisecond, so 1 000 000 is one thread fully busy.
 */
@NullMarked
package io.lesnode.flowcontrol;

import org.jspecify.annotations.NullMarked;
