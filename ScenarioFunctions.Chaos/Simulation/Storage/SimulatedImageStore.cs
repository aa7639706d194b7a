using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos.Simulation.Storage;

internal sealed class SimulatedImageStore(StorageLink link, Disk disk) : IImageStore
{
    public static string UrlOf(string path) => $"/images/{path}";

    public Task<string> StoreAsync(
        string path, ImageFile image, string contentType, CancellationToken cancellationToken) =>
        link.CallAsync(
            $"store {path}",
            () =>
            {
                if (disk.Defect != Defect.LosesImages)
                {
                    disk.Images[path] = contentType;
                }

                return UrlOf(path);
            },
            cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        link.CallAsync($"delete {path}", () => disk.Images.Remove(path), cancellationToken);
}
