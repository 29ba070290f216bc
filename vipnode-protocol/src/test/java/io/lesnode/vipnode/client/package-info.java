/** Tests of the buyer: scripted servers, virtual time, laws of the budget. */
@NullMarked
package io.lesnode.vipnode.client;

import org.jspecify.annotations.NullMarked;
