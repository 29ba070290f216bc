/**
 * LES credit, cost and capacity arithmetic of both sides, as single-owner value machines: time is
 * always an argument. Imports the JDK only.
 */
@NullMarked
package io.lesnode.flowcontrol;

import org.jspecify.annotations.NullMarked;
