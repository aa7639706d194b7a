using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Supabase.Postgrest.Models;

namespace Supabase.Postgrest.Responses;

/// <summary>A successful answer, with its rows where it holds any.</summary>
public class ModeledResponse<T> : BaseResponse
    where T : BaseModel, new()
{
    public ModeledResponse(BaseResponse response, JsonSerializerSettings serializerSettings)
        : base(response.ResponseMessage, response.Content)
    {
        if (!string.IsNullOrEmpty(Content) && JToken.Parse(Content) is JArray)
        {
            Models = JsonConvert.DeserializeObject<List<T>>(Content, serializerSettings) ?? [];
        }
    }

    public List<T> Models { get; } = [];

    public T? Model => Models.FirstOrDefault();
}
