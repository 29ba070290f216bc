/**
 * What a LES request costs: the kinds of request, cost tables, real cost and the global cost
 * factor.
 *
 * <p>Owner: the node loop. Imports the JDK only.
 */
@NullMarked
package io.lesnode.flowcontrol.cost;

import org.jspecify.annotations.NullMarked;
