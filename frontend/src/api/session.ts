/** Who is logged in. */
import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { client, data, type Schemas } from "./client";

export type User = Schemas["UserOut"];

export const session = queryOptions({
  queryKey: ["session"],
  staleTime: 5 * 60_000,
  queryFn: async (): Promise<User | null> => {
    const found = await data(client.GET("/api/v1/web/session"));
    if (found.user || !found.can_refresh) return found.user;
    try {
      return (await data(client.POST("/api/v1/web/refresh"))).user;
    } catch {
      return null;
    }
  },
});

/** Whether somebody conducts interviews: hands out codes and reads what is answered. */
export function mayConduct(user: User | null | undefined): boolean {
  return user?.role === "recruiter" || user?.role === "admin";
}

type Person = { email: string; password: string; full_name: string };

export async function signIn(queries: QueryClient, body: { email: string; password: string }): Promise<User | null> {
  const { user } = await data(client.POST("/api/v1/web/login", { body }));
  became(queries, user);
  return user;
}

/** A new account; a guest's practice is kept by it. */
export async function signUp(queries: QueryClient, body: Person, guest: boolean): Promise<void> {
  const call = guest ? client.POST("/api/v1/web/keep", { body }) : client.POST("/api/v1/web/register", { body });
  became(queries, (await data(call)).user, guest);
}

export async function becomeGuest(queries: QueryClient): Promise<void> {
  became(queries, (await data(client.POST("/api/v1/web/guest"))).user);
}

export async function signOut(queries: QueryClient): Promise<void> {
  await client.POST("/api/v1/web/logout");
  became(queries, null);
}

function became(queries: QueryClient, user: User | null, keepsData = false): void {
  if (!keepsData) queries.clear();
  queries.setQueryData(session.queryKey, user);
}
