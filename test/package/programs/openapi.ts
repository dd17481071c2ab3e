import { openApi } from "actingweb-edge/openapi";

export default async function () {
  const { openapi, info, paths } = await openApi({ title: "Ours" });
  return { openapi, title: info.title, methods: Object.keys(paths?.["/{id}/properties"] ?? {}).sort() };
}
