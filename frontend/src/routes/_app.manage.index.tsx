import { createFileRoute, Navigate } from "@tanstack/react-router";

export const Route = createFileRoute("/_app/manage/")({ component: () => <Navigate to="/manage/interviews" replace /> });
